#!/usr/bin/env bash
# One tenant's job in a pipeline: `tenant.sh preview|promote|drift`, after `make pipeline`. Everything it needs is in the
# environment: STACK, PULUMI_BACKEND_URL, and the identities ARM_CLIENT_ID / ARM_TENANT_ID (deployer) and
# AZURE_CLIENT_ID / AZURE_TENANT_ID (operator, who also reaches the state). No secret is stored: both are proven by the
# pipeline's own assertion. Reports are written to $REPORTS, outside the checkout: a file in it would be a change that
# no commit has, and such a checkout is never recorded as promoted.
set -euo pipefail
cd "$(dirname "$0")/../.."

verb=${1:-}
case $verb in
  preview | promote | drift) ;;
  *) echo "usage: STACK=<stack> $0 preview|promote|drift" >&2; exit 2 ;;
esac
: "${STACK:?name the stack in the variable STACK}"
reports=${REPORTS:-${RUNNER_TEMP:-${AGENT_TEMPDIRECTORY:-$(mktemp -d)}}/reports}
mkdir -p "$reports"
echo "Reports: $reports" >&2
for name in ARM_CLIENT_ID AZURE_CLIENT_ID; do
  [ -n "${!name:-}" ] || { echo "$name is empty: give $STACK its identities (docs/pipelines.md, A new tenant)." >&2; exit 2; }
done
[ -x .venv/bin/python ] || { echo "Nothing is installed here: run 'make pipeline' first, without the job's token." >&2; exit 2; }

export PULUMI_HOME="${PULUMI_HOME:-$PWD/.cache/pulumi-home}"
PATH="$PWD/.venv/bin:$(.venv/bin/python -m engine --print-path):$PATH"
export PATH

private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT

# A cancelled job's runner signals this script alone, and kills everything ten seconds later: whatever runs is told at
# once, with each of the given signals. A promotion takes the second one for "begin no further step".
run() {
  local signals=$1 code=0
  shift
  "$@" &
  child=$!
  trap 'for signal in '"$signals"'; do kill -s "$signal" "$child" 2>/dev/null || true; done' INT TERM
  wait "$child" || code=$?
  while kill -0 "$child" 2>/dev/null; do
    code=0
    wait "$child" || code=$?
  done
  trap - INT TERM
  return "$code"
}

# Pulumi's azuread provider knows no names of Azure Pipelines' own for the job's token service.
if [ -n "${SYSTEM_OIDCREQUESTURI:-}" ] && [ -n "${SYSTEM_ACCESSTOKEN:-}" ]; then
  export ARM_OIDC_REQUEST_URL="$SYSTEM_OIDCREQUESTURI" ARM_OIDC_REQUEST_TOKEN="$SYSTEM_ACCESSTOKEN"
fi
if [ -n "${ACTIONS_ID_TOKEN_REQUEST_URL:-}${SYSTEM_ACCESSTOKEN:-}${ARM_OIDC_TOKEN:-}" ]; then
  python scripts/pipeline_identity.py --file "$private/assertion" > "$private/variables"
  while IFS='=' read -r name value; do export "$name=$value"; done < "$private/variables"
fi

case $verb in
  preview) run INT pulumi preview --stack "$STACK" --policy-pack policy --diff --non-interactive ;;
  promote)
    run "INT TERM" python scripts/promote.py --stack "$STACK" --markdown "$reports/summary.md" --json \
      > "$reports/promotion.json"
    ;;
  drift)
    run INT python scripts/drift.py --stack "$STACK" --markdown "$reports/summary.md" --sarif "$reports/audit.sarif" \
      --json > "$reports/drift.json"
    ;;
esac
