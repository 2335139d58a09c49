#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Download packages of any Debian release, whichever the host's is, with their
# signatures checked and without installing them:
#	apt.sh FOLDER SUITE download PACKAGE...
#	apt.sh FOLDER SUITE install PACKAGE...	with all they depend on
#	apt.sh FOLDER SUITE names PREFIX	print what packages there are
# The lists are its own, so it needs no root and changes nothing of the host's.
# The host's mirrors and Debian's keyring serve all releases.  Leaves the packages
# in FOLDER, and apt's lists in $O/download/apt.
. scripts/run/lib.sh

folder=$1
suite=$2
command=$3
shift 3

# deb LABEL DEFAULT_MIRROR SUITE: a line of sources.list
deb() {
	# shellcheck disable=SC2016 # apt's variables
	mirror=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' |
		awk -v label="$1" '$1 == "Debian" && $2 == label { print $3; exit }')
	echo "deb [signed-by=$keyring] ${mirror:-$2} $3 main"
}

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
dir=$O/download/apt/$suite
log=$dir/log
mkdir -p "$dir/lists/partial" "$folder/partial"
{
	deb Debian http://deb.debian.org/debian "$suite"
	case $suite in
	*-backports | sid) ;;
	*) deb Debian-Security http://deb.debian.org/debian-security "$suite-security" ;;
	esac
} >"$dir/sources.list"
# With no package installed apt resolves all dependencies, so that nothing of
# the host's gets into the guest.
: >"$dir/status"

apt() {
	with_lists apt-get -q -y --no-install-recommends --download-only "$@" >>"$log" 2>&1
}

with_lists() {
	"$@" -o Dir::Etc::SourceList="$dir/sources.list" \
		-o Dir::Etc::SourceParts=/dev/null \
		-o Dir::Etc::PreferencesParts=/dev/null \
		-o Dir::State::Lists="$dir/lists" -o Dir::State::Status="$dir/status" \
		-o Dir::Cache="$dir" -o Dir::Cache::Archives="$folder" \
		-o Acquire::Languages=none -o APT::Update::Error-Mode=any \
		-o APT::Sandbox::User= -o Debug::NoLocking=1
}

: >"$log"
get() {
	case $command in
	names) with_lists apt-cache pkgnames "$1" 2>>"$log" ;;
	*) (cd "$folder" && apt "$command" "$@") ;;
	esac
}

if ! apt update || ! get "$@"; then
	grep '^E:' "$log" >&2 || true
	die "apt-get cannot download $* of Debian's $suite; see $log"
fi
rmdir "$folder/partial"
