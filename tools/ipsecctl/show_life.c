// SPDX-License-Identifier: GPL-2.0
#include "show.h"
#include "names.h"
#include "out.h"

static void limit(const char *name, uint64_t soft, uint64_t hard)
{
	out_text(" life-%s ", name);
	if (soft)
		out_text("%llu/", (unsigned long long)soft);
	if (hard)
		out_text("%llu", (unsigned long long)hard);
	else
		out_text("none");
	out_object_open(name);
	if (soft)
		out_json_number("soft", soft);
	if (hard)
		out_json_number("hard", hard);
	out_object_close();
}

/**
 * show_life() - the lifetimes of an SA
 * @life: the lifetimes; those that have no limit are not shown
 */
void show_life(const struct life *life)
{
	const struct name *name;
	bool is_open = false;

	for (name = names_life; name->name; name++) {
		uint64_t soft = life->soft[name->value];
		uint64_t hard = life->hard[name->value];

		if (!soft && !hard)
			continue;
		if (!is_open)
			out_object_open("life");
		is_open = true;
		limit(name->name, soft, hard);
	}
	if (is_open)
		out_object_close();
}

static void over(const char *key, const char *text, uint8_t which)
{
	const char *word = names_of(names_life, which);

	if (!which)
		return;
	out_text(", %s life-%s is over", text, word ? word : "?");
	out_json_string(key, word ? word : "unknown");
}

/**
 * show_life_used() - what an SA has used of its lifetimes
 * @state: the state of the SA
 */
void show_life_used(const struct sa_state *state)
{
	const struct name *name;
	const char *before = "";

	if (!state->has_life_used)
		return;
	out_text("\n    # used: ");
	out_object_open("life_used");
	for (name = names_life; name->name; name++) {
		uint64_t used = state->life_used[name->value];

		if (name->value == IPSEC_LIFE_USE && !state->is_used)
			continue;
		out_text("%s%s %llu", before, name->name,
			 (unsigned long long)used);
		out_json_number(name->name, used);
		before = ", ";
	}
	out_object_close();
	over("soft_expired", "soft", state->soft_expired);
	over("hard_expired", "hard", state->hard_expired);
}
