#!/usr/bin/env bash
# Builds what a release holds, from the committed state: the wheels of the command and of the sandbox, the package's
# schema, the software bill of materials and the checksums of all of them. Publishes nothing.
#   bash scripts/ci/release.sh FOLDER [TAG]
set -euo pipefail
cd "$(dirname "$0")/../.."

folder="${1:?name the folder to build into}"
tag="${2:-}"
python="$PWD/.venv/bin/python"
version="$("$python" -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')"

if [ -n "$tag" ] && [ "$tag" != "v$version" ]; then
  echo "The tag is $tag, and pyproject.toml says $version: tag v$version, or change the version." >&2
  exit 2
fi
if ! grep -q "^## \[$version\]" CHANGELOG.md; then
  echo "CHANGELOG.md has no section [$version]: write what changed since the last release." >&2
  exit 2
fi

mkdir -p "$folder"
target="$(cd "$folder" && pwd)"
source="$(mktemp -d)"
trap 'rm -rf "$source"' EXIT
git archive HEAD | tar -x -C "$source"

build=("$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir "$target")
"${build[@]}" "$source"
"${build[@]}" "$source/sandbox"
cp "$source/package/schema.json" "$target/"
"$python" -m cyclonedx_py requirements --output-reproducible --of JSON -o "$target/sbom.cdx.json" \
  "$source/requirements.txt"
sed -n "/^## \[$version\]/,/^## \[/p" CHANGELOG.md | sed '1d;/^## \[/d' >"$target/NOTES.md"
(cd "$target" && sha256sum -- *.whl schema.json sbom.cdx.json >SHA256SUMS)
