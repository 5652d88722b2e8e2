/* SPDX-License-Identifier: GPL-2.0 */
/* Names that come from the netlink specification (gen-names.py). */
#ifndef IPSECCTL_NAMES_GEN_H
#define IPSECCTL_NAMES_GEN_H

#include <linux/ipsec.h>
#include <stddef.h>

struct attr_set;

/**
 * struct attr_name - one attribute
 * @name: its name
 * @nested: the attributes inside of it, or NULL
 */
struct attr_name {
	const char *name;
	const struct attr_set *nested;
};

/**
 * struct attr_set - the attributes of one kind of object
 * @attrs: by number
 * @max: largest number
 */
struct attr_set {
	const struct attr_name *attrs;
	unsigned int max;
};

/**
 * struct reason - why a packet was dropped
 * @name: its name
 * @doc: what it means
 */
struct reason {
	const char *name;
	const char *doc;
};

extern const struct attr_set *const names_gen_commands[IPSEC_CMD_MAX + 1];
extern const struct reason names_gen_reasons[IPSEC_REASON_MAX + 1];

#endif /* IPSECCTL_NAMES_GEN_H */
