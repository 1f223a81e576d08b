#!/usr/bin/env bash
# What every file of the repository keeps to, checked so that nobody has to remember it: sizes of
# files and functions, no trace of one machine, no personal data, nothing left for later.
set -u
cd "$(dirname "$0")/.." || exit 2
git rev-parse --git-dir >/dev/null 2>&1 || { echo "no git checkout here: nothing to check"; exit 77; }
bad=0

complain() {
    printf '%s\n' "$*"
    bad=1
}

tracked() { # tracked PATTERN...: files under version control that are still there
    git ls-files -z -- "$@" | while IFS= read -r -d '' file; do
        [ -f "$file" ] && printf '%s\n' "$file"
    done
}

# --- sizes --------------------------------------------------------------------------------------
file_limit=540 function_limit=60
while read -r file; do
    lines=$(wc -l <"$file")
    [ "$lines" -le $file_limit ] ||
        complain "$file: $lines lines; a file of ours has at most $file_limit: it is two rooms"
done < <(tracked '*.c' '*.h' '*.js' '*.css' '*.mjs')

# clang-format puts the braces of a function into column 1, of nothing else but a type or table.
measure_functions() {
    tracked '*.c' | xargs -d '\n' awk -v limit=$function_limit '
        /^[A-Za-z_].*\(/ && !/;$/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
        /^\{/ { start = FNR }
        /^\}$/ && start {
            if (FNR - start - 1 > limit) print FILENAME ":" name, FNR - start - 1
            start = 0
        }'
}
while read -r where lines; do
    complain "$where: $lines lines; a function of ours has at most $function_limit"
done < <(measure_functions)

# --- words that must not be there ----------------------------------------------------------------
# never MESSAGE PATTERN [PATHSPEC...]: no tracked text file matches the extended pattern.
never() {
    local message=$1 pattern=$2 found
    shift 2
    found=$(git grep -nIE -e "$pattern" -- "${@:-.}" ':!tests/hygiene.test.sh' | cut -c1-160)
    [ -z "$found" ] || complain "$message"$'\n'"$found"
}
never 'a path of one machine' '(^|[^[:alnum:]_./-])/(work|root|home/[a-z]+|tmp/wt)(/|$|[[:space:]"])'
never 'the address of a package registry' \
    'https?://[^/ ]*(registry|npmjs|pypi|crates\.io|mirror|artifactory|nexus|verdaccio)[^ ]*'
never 'something left for later' '\<(TODO|FIXME|XXX|HACK)\>' \
    '*.c' '*.h' '*.js' '*.mjs' '*.css' '*.html' '*.sh' '*.md' '*.txt' 'dev'
never 'something left for later' '\<(stub|placeholder|not implemented|unimplemented|à faire)\>' \
    '*.c' '*.h' '*.sh' 'dev'
never 'an e-mail address' \
    '[[:alnum:]._%+-]+@[[:alnum:]-]+(\.[[:alnum:]-]+)*\.(fr|com|org|net|eu|gouv|info)\>' \
    ':!*package-lock.json' ':!tests/import' ':!tests/fuzz'
# (ten digits in order are the usual set of digits)
never 'a French telephone number' \
    '(^|[^[:alnum:]./-])(\+33 ?[1-9]|0[2-9]|01 ?[013-9])([ .-]?[0-9]{2}){4}($|[^[:alnum:].-])' \
    '*.c' '*.h' '*.csv' '*.md' '*.html' '*.json' ':!*package-lock.json' ':!tests/import'
never 'a secret' '(BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{30})'

# --- what newcomers look for ----------------------------------------------------------------------
grep -q '^MIT License' LICENSE || complain 'LICENSE: the MIT licence is not there'
contributing=$(wc -l <CONTRIBUTING.md)
[ "$contributing" -le 30 ] || complain "CONTRIBUTING.md: $contributing lines, more than 30: nobody reads them"
while read -r file; do
    head -c 3 "$file" | grep -q $'^\xef\xbb\xbf' && complain "$file: begins with a byte order mark"
    iconv -f UTF-8 -t UTF-8 "$file" >/dev/null 2>&1 || complain "$file: not UTF-8"
done < <(tracked '*.c' '*.h' '*.md' '*.sh' '*.js' '*.css' 'data/*.csv')
# A header is a manual: it begins with a comment.
while read -r file; do
    head -n 1 "$file" | grep -q '^/\*' || complain "$file: no comment says what it is for"
done < <(tracked '*.h')
# What somebody's command left in the root would be committed with the rest.
while read -r file; do
    case $file in
    .clang-format | .editorconfig | .gitignore | CMakeLists.txt | CMakePresets.json | LICENSE | dev) ;;
    ARCHITECTURE.md | CHANGELOG.md | CONTRIBUTING.md | README.md) ;;
    *) complain "$file: what is it? Files of the root are named in tests/hygiene.test.sh" ;;
    esac
done < <(tracked ':(glob)*')
# Large files in a repository stay for ever.
while read -r file; do
    size=$(wc -c <"$file")
    [ "$size" -le 1000000 ] || complain "$file: $size bytes; the repository holds nothing over 1 MB"
done < <(tracked .)
exit $bad
