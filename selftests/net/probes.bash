# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Functions of the module whose calls the kernel counts, for scripts that have read
# lib.sh. The counters are those of all namespaces.

# In group ipsec_test; gone when the script ends.
probes() { # "NAME FUNCTION"...
	local probe

	TRACING=$TMP/tracing
	mkdir "$TRACING"
	mount -t tracefs none "$TRACING" 2>/dev/null ||
		skip_all "the kernel has no tracefs"
	if [ ! -e "$TRACING/kprobe_events" ]; then
		umount "$TRACING"
		skip_all "the kernel has no kprobes"
	fi
	trap probes_gone EXIT
	for probe; do
		echo "p:ipsec_test/${probe% *} ipsec:${probe#* }"
	done >"$TMP/probes"
	need cp "$TMP/probes" "$TRACING/kprobe_events"
	need bash -c "echo 1 >'$TRACING/events/ipsec_test/enable'"
}

probes_gone() {
	local status=$?

	echo 0 >"$TRACING/events/ipsec_test/enable"
	echo >"$TRACING/kprobe_events"
	umount "$TRACING"
	(exit $status)
	finish
}

# "NAME CALLS ..." per line
probes_profile() {
	cat "$TRACING/kprobe_profile"
}
