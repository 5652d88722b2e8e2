// SPDX-License-Identifier: GPL-2.0
#include "show.h"
#include "addr.h"
#include "names.h"
#include "out.h"

#include <stdio.h>
#include <time.h>

static const char *word_of(const struct name *table, unsigned int value)
{
	const char *word = names_of(table, value);

	return word ? word : "unknown";
}

static void address(const char *key, const struct addr *addr)
{
	char text[ADDR_TEXT_MAX];

	if (addr->family)
		out_string(key, addr_format(addr, text));
}

/* UTC, so that it means the same on every machine. */
static void date(uint64_t time)
{
	time_t seconds = (time_t)(time / 1000000000);
	char text[32];
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	out_text("# %s.%06uZ audit", text,
		 (unsigned int)(time % 1000000000 / 1000));
	out_json_number("time", time);
}

static void values(const char *key, const char *text, bool has_values,
		   const struct selector *sel)
{
	if (!has_values)
		return;
	out_text("\n#   %s", text);
	out_object_open(key);
	show_selector(sel);
	if (model_selector_is_any(sel))
		out_text(" local any");
	out_object_close();
}

/**
 * show_audit_event() - an auditable event
 * @event: the event
 */
void show_audit_event(const struct audit_event *event)
{
	out_object_open(NULL);
	out_json_string("type", "audit");
	date(event->time);
	out_word("audit", word_of(names_audit, event->event));
	out_word("proto", word_of(names_ipsec_proto, event->proto));
	out_spi(event->spi);
	address("src", &event->src);
	address("dst", &event->dst);
	if (event->has_seq) {
		out_text(" seq %llu", (unsigned long long)event->seq);
		out_json_number("seq", event->seq);
	}
	if (event->has_label) {
		out_text(" flow-label 0x%05x", event->label);
		out_json_number("flow_label", event->label);
	}
	if (event->reason[0])
		out_string("reason", event->reason);
	address("sa-dst", &event->sa_dst);
	if (event->suppressed)
		out_text(" (and %llu before that were not told)",
			 (unsigned long long)event->suppressed);
	out_json_number("suppressed", event->suppressed);
	values("packet", "the packet:", event->has_packet, &event->packet);
	values("selector", "its SA:", event->has_selector, &event->selector);
	out_text("\n");
	out_object_close();
}
