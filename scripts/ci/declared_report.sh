#!/usr/bin/env bash
# What a change would declare in each tenant that it touches, as Markdown: `declared_report.sh BASE FILE`. Reads files
# only: no state, no tenant, no secret.
set -euo pipefail
cd "$(dirname "$0")/../.."

base=${1:?name what to compare with, for example origin/main}
file=${2:?name the file to write}

touched=$(.venv/bin/python scripts/matrix.py --affected-since "$base")
stacks=$(.venv/bin/python -c 'import json, sys; print(*(job["stack"] for job in json.loads(sys.argv[1])["include"]))' "$touched")
{
  echo "# Declared calendar access"
  if [ -z "$stacks" ]; then
    echo
    echo "This change touches no tenant."
  fi
} > "$file"
failed=0
for stack in $stacks; do
  echo >> "$file"
  .venv/bin/python scripts/audit.py --declared-only --stack "$stack" --format markdown >> "$file" || failed=1
done
exit "$failed"
