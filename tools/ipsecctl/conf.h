/* SPDX-License-Identifier: GPL-2.0 */
/* Configuration files: lines, words, macros, statements. */
#ifndef IPSECCTL_CONF_H
#define IPSECCTL_CONF_H

#include "model.h"

/**
 * struct conf - a parsed configuration
 * @name: what error messages call it
 * @statements: in the order of the file, `both` expanded
 * @count: how many
 * @capacity: room in @statements
 * @errors: how many sentences were printed
 */
struct conf {
	const char *name;
	struct statement *statements;
	unsigned int count;
	unsigned int capacity;
	unsigned int errors;
};

bool conf_read(struct conf *conf, const char *path);

#endif /* IPSECCTL_CONF_H */
