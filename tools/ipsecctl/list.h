/* SPDX-License-Identifier: GPL-2.0 */
/* Lists of ranges of addresses and ports as text. */
#ifndef IPSECCTL_LIST_H
#define IPSECCTL_LIST_H

#include "model.h"

/* Two addresses, what is between them, and a comma. */
#define LIST_TEXT_MAX (IPSEC_RANGES_MAX * 100)

/** enum list_error - what is wrong with a list */
enum list_error {
	LIST_OK,
	LIST_SYNTAX,
	LIST_HOST_BITS,
	LIST_FAMILY,
	LIST_REVERSED,
	LIST_OVERLAP,
	LIST_TOO_LONG,
};

enum list_error list_parse_addrs(const char *word, struct addr_list *list,
				 char *item);
enum list_error list_parse_ports(const char *word, struct port_list *list);
void list_set_prefix(struct addr_list *list, const struct addr *addr,
		     uint8_t plen);
bool list_get_prefix(const struct addr_list *list, uint8_t *plen);
const char *list_format_addrs(const struct addr_list *list, char *text);

#endif /* IPSECCTL_LIST_H */
