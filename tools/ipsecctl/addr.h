/* SPDX-License-Identifier: GPL-2.0 */
/* IP addresses and prefixes as text. */
#ifndef IPSECCTL_ADDR_H
#define IPSECCTL_ADDR_H

#include "model.h"

#define ADDR_TEXT_MAX 64

bool addr_parse(const char *text, struct addr *addr);
bool addr_parse_prefix(const char *text, struct addr *addr, uint8_t *plen);
bool addr_is_unicast(const struct addr *addr);
bool addr_is_masked(const struct addr *addr, uint8_t plen);
void addr_mask(struct addr *addr, uint8_t plen);
uint8_t addr_max_plen(const struct addr *addr);
size_t addr_len(const struct addr *addr);
const char *addr_format(const struct addr *addr, char *text);
const char *addr_format_prefix(const struct addr *addr, uint8_t plen,
			       char *text);

#endif /* IPSECCTL_ADDR_H */
