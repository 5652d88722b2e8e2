// SPDX-License-Identifier: GPL-2.0
/* Settings of the namespace as text and JSON. */
#include "out.h"
#include "show.h"

#include "names.h"

#include <stdio.h>
#include <string.h>

static void word(const char *name, const char *key, const struct name *table,
		 uint8_t value)
{
	if (!value)
		return;
	out_text(" %s %s", name, names_of(table, value));
	out_json_string(key, names_of(table, value));
}

/* all, none, or the names with commas in between. */
static void errors(const char *name, const char *key, uint32_t mask)
{
	char text[160] = "";
	unsigned int i;

	for (i = 0; names_icmp_error[i].name; i++) {
		if (!(mask & (UINT32_C(1) << names_icmp_error[i].value)))
			continue;
		if (text[0])
			strcat(text, ",");
		strcat(text, names_icmp_error[i].name);
	}
	if (mask == ICMP_ERRORS_ALL)
		strcpy(text, "all");
	if (!mask)
		strcpy(text, "none");
	out_text(" %s %s", name, text);
	out_json_string(key, text);
}

static bool has_settings(const struct config *config)
{
	return config->icmp_check || config->icmp_return_sa ||
	       config->icmp_answer || config->has_icmp_clear ||
	       config->has_icmp_sa || config->fragment ||
	       config->audit_events || config->audit_log || config->shortcut;
}

/**
 * show_settings() - how the namespace treats ICMP errors and fragments, audits, takes
 * the shortcut
 * @config: the settings
 */
void show_settings(const struct config *config)
{
	if (!has_settings(config))
		return;
	out_text("settings");
	word("icmp-check", "icmp_check", names_icmp_check, config->icmp_check);
	word("icmp-return-sa", "icmp_return_sa", names_switch,
	     config->icmp_return_sa);
	word("icmp-answer", "icmp_answer", names_switch, config->icmp_answer);
	if (config->has_icmp_clear)
		errors("icmp-clear", "icmp_clear", config->icmp_clear);
	if (config->has_icmp_sa)
		errors("icmp-sa", "icmp_sa", config->icmp_sa);
	word("fragment", "fragment", names_fragment, config->fragment);
	word("audit-events", "audit_events", names_switch,
	     config->audit_events);
	word("audit-log", "audit_log", names_switch, config->audit_log);
	word("shortcut", "shortcut", names_switch, config->shortcut);
	out_text("\n");
}
