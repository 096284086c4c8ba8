#!/usr/bin/env bash
# One tenant's job in a pipeline: `tenant.sh preview|promote|drift`. Everything it needs is in the environment: STACK,
# PULUMI_BACKEND_URL, and the identities ARM_CLIENT_ID / ARM_TENANT_ID (deployer) and AZURE_CLIENT_ID / AZURE_TENANT_ID
# (operator, who also reaches the state). No secret is stored: both are proven by the pipeline's own assertion.
set -euo pipefail
cd "$(dirname "$0")/../.."

verb=${1:-}
case $verb in
  preview | promote | drift) ;;
  *) echo "usage: STACK=<stack> $0 preview|promote|drift" >&2; exit 2 ;;
esac
: "${STACK:?name the stack in the variable STACK}"

make -s engine
PATH="$PWD/.venv/bin:$(.venv/bin/python -m engine --print-path):$PATH"
export PATH

private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT
if [ -n "${ACTIONS_ID_TOKEN_REQUEST_URL:-}${SYSTEM_ACCESSTOKEN:-}${ARM_OIDC_TOKEN:-}" ]; then
  python scripts/pipeline_identity.py --file "$private/assertion" > "$private/variables"
  while IFS='=' read -r name value; do export "$name=$value"; done < "$private/variables"
fi

case $verb in
  preview) pulumi preview --stack "$STACK" --policy-pack policy --diff --non-interactive ;;
  promote) python scripts/promote.py --stack "$STACK" --markdown summary.md --json > promotion.json ;;
  drift) python scripts/drift.py --stack "$STACK" --markdown summary.md --json > drift.json ;;
esac
