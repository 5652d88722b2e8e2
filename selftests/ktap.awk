# SPDX-License-Identifier: GPL-2.0
#
# Reads one KTAP document and prints "passed failed skipped", then one line per
# failure and one per flaw of the document. A flaw counts as a failure: fewer
# or more results than planned, no plan, a skip without reason, a bail out.
# A result that sums up subtests is not counted again.
#
# -v status=N: exit status of the program that wrote the document.

function failure(what)
{
	failures++
	text = text what "\n"
}

# With the last of the comments in front of it, which say why.
function bad_result(line)
{
	failure(line (why == "" ? "" : " (" substr(why, 1, 300) ")"))
}

function check_plan(depth, of)
{
	if (!(depth in plan))
		failure("no plan" of)
	else if (plan[depth] != seen[depth])
		failure("planned " plan[depth] " results, printed " \
			seen[depth] + 0 of)
	delete plan[depth]
	delete seen[depth]
	delete bad[depth]
}

{
	match($0, /^ */)
	depth = RLENGTH
	line = substr($0, depth + 1)
}

line ~ /^# / { why = substr(line, 3) }

line ~ /^Bail out!/ { failure(line) }

line ~ /^1\.\.[0-9]+/ {
	split(line, words, /[. ]+/)
	plan[depth] = words[2] + 0
	if (words[2] + 0 == 0 && line ~ /# SKIP +[^ ]/)
		skipped++
	else if (words[2] + 0 == 0)
		failure("nothing planned, and no reason given")
}

line ~ /^(not )?ok [0-9]+/ {
	is_bad = line ~ /^not ok/
	seen[depth]++
	child = -1
	for (d in seen)
		if (d + 0 > depth && (child < 0 || d + 0 < child))
			child = d + 0
	if (child >= 0) {
		if (is_bad && !bad[child])
			bad_result(line)
		if (bad[child] || is_bad)
			bad[depth]++
		check_plan(child, " in" substr(line, index(line, "ok") + 2))
	} else if (is_bad) {
		bad_result(line)
		bad[depth]++
	} else if (toupper(line) ~ /# SKIP/) {
		if (toupper(line) ~ /# SKIP *$/)
			failure("skipped without a reason: " line)
		else
			skipped++
	} else {
		passed++
	}
	why = ""
}

END {
	check_plan(0, "")
	if (status && !failures)
		failure("ended with status " status)
	printf "%d %d %d\n%s", passed, failures, skipped, text
}
