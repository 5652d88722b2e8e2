/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Values of single attributes. Those of the wrong length are read as if they
 * were absent: what the kernel sends is not trusted to be of the version this
 * tool was built for.
 */
#ifndef IPSECCTL_NLMSG_ATTR_H
#define IPSECCTL_NLMSG_ATTR_H

#include "addr.h"

#include <libmnl/libmnl.h>
#include <string.h>

static inline bool has_len(const struct nlattr *attr, size_t len)
{
	return mnl_attr_get_payload_len(attr) == len;
}

static inline uint8_t get_u8(const struct nlattr *attr)
{
	return has_len(attr, sizeof(uint8_t)) ? mnl_attr_get_u8(attr) : 0;
}

static inline uint16_t get_u16(const struct nlattr *attr)
{
	return has_len(attr, sizeof(uint16_t)) ? mnl_attr_get_u16(attr) : 0;
}

static inline uint32_t get_u32(const struct nlattr *attr)
{
	return has_len(attr, sizeof(uint32_t)) ? mnl_attr_get_u32(attr) : 0;
}

static inline uint64_t get_u64(const struct nlattr *attr)
{
	return has_len(attr, sizeof(uint64_t)) ? mnl_attr_get_u64(attr) : 0;
}

static inline void get_addr(const struct nlattr *attr, struct addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	if (has_len(attr, 4))
		addr->family = AF_INET;
	else if (has_len(attr, 16))
		addr->family = AF_INET6;
	else
		return;
	memcpy(addr->bytes, mnl_attr_get_payload(attr), addr_len(addr));
}

static inline void get_string(const struct nlattr *attr, char *text, size_t size)
{
	size_t len = mnl_attr_get_payload_len(attr);

	if (len >= size)
		len = size - 1;
	memcpy(text, mnl_attr_get_payload(attr), len);
	text[len] = '\0';
}

void nlmsg_get_selector(const struct nlattr *nest, struct selector *sel);

#endif /* IPSECCTL_NLMSG_ATTR_H */
