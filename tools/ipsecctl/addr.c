// SPDX-License-Identifier: GPL-2.0
#include "addr.h"
#include "names.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/**
 * addr_len() - bytes of an address
 * @addr: the address
 *
 * Return: 4 or 16.
 */
size_t addr_len(const struct addr *addr)
{
	return addr->family == AF_INET6 ? 16 : 4;
}

/**
 * addr_max_plen() - longest prefix of the family
 * @addr: the address
 *
 * Return: 32 or 128.
 */
uint8_t addr_max_plen(const struct addr *addr)
{
	return (uint8_t)(addr_len(addr) * 8);
}

/**
 * addr_parse() - an IPv4 or IPv6 address; names are not looked up
 * @text: the text
 * @addr: receives the address
 *
 * Return: whether @text is an address.
 */
bool addr_parse(const char *text, struct addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	if (inet_pton(AF_INET, text, addr->bytes) == 1)
		addr->family = AF_INET;
	else if (inet_pton(AF_INET6, text, addr->bytes) == 1)
		addr->family = AF_INET6;
	return addr->family != AF_UNSPEC;
}

/**
 * addr_parse_prefix() - ADDRESS or ADDRESS/LENGTH
 * @text: the text
 * @addr: receives the address, host bits as they are written
 * @plen: receives the prefix length
 *
 * Return: whether @text is a prefix.
 */
bool addr_parse_prefix(const char *text, struct addr *addr, uint8_t *plen)
{
	const char *slash = strchr(text, '/');
	char head[ADDR_TEXT_MAX];
	uint32_t number;
	size_t len;

	len = slash ? (size_t)(slash - text) : strlen(text);
	if (len >= sizeof(head))
		return false;
	memcpy(head, text, len);
	head[len] = '\0';
	if (!addr_parse(head, addr))
		return false;
	number = addr_max_plen(addr);
	if (slash && !names_number(slash + 1, number, &number))
		return false;
	*plen = (uint8_t)number;
	return true;
}

/**
 * addr_is_unicast() - can it be the address of one host
 * @addr: the address
 *
 * Return: false for multicast, broadcast and all zeros.
 */
bool addr_is_unicast(const struct addr *addr)
{
	static const uint8_t zero[16], ones[4] = { 255, 255, 255, 255 };
	size_t len = addr_len(addr);

	if (!memcmp(addr->bytes, zero, len))
		return false;
	if (addr->family == AF_INET6)
		return addr->bytes[0] != 0xff;
	return (addr->bytes[0] & 0xf0) != 0xe0 &&
	       memcmp(addr->bytes, ones, len);
}

/**
 * addr_mask() - zero the host bits
 * @addr: the address
 * @plen: prefix length
 */
void addr_mask(struct addr *addr, uint8_t plen)
{
	unsigned int i, keep;

	for (i = 0; i < addr_len(addr); i++) {
		keep = plen > i * 8 ? plen - i * 8 : 0;
		if (keep < 8)
			addr->bytes[i] &= (uint8_t)(0xff00 >> keep);
	}
}

/**
 * addr_is_masked() - are the host bits zero
 * @addr: the address
 * @plen: prefix length
 *
 * Return: true when they are.
 */
bool addr_is_masked(const struct addr *addr, uint8_t plen)
{
	struct addr masked = *addr;

	addr_mask(&masked, plen);
	return !memcmp(masked.bytes, addr->bytes, sizeof(masked.bytes));
}

/**
 * addr_format() - an address as text
 * @addr: the address
 * @text: receives it, ADDR_TEXT_MAX bytes
 *
 * Return: @text.
 */
const char *addr_format(const struct addr *addr, char *text)
{
	if (!inet_ntop(addr->family, addr->bytes, text, ADDR_TEXT_MAX))
		snprintf(text, ADDR_TEXT_MAX, "any");
	return text;
}

/**
 * addr_format_prefix() - a prefix as text
 * @addr: the address, AF_UNSPEC for ANY
 * @plen: prefix length
 * @text: receives it, ADDR_TEXT_MAX bytes
 *
 * Return: @text.
 */
const char *addr_format_prefix(const struct addr *addr, uint8_t plen,
			       char *text)
{
	size_t len;

	addr_format(addr, text);
	len = strlen(text);
	if (addr->family != AF_UNSPEC)
		snprintf(text + len, ADDR_TEXT_MAX - len, "/%u", plen);
	return text;
}
