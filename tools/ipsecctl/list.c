// SPDX-License-Identifier: GPL-2.0
/*
 * Lists are kept in ascending order, as the kernel keeps them: their order says
 * nothing, and two that say the same compare as equal.
 */
#include "list.h"
#include "addr.h"
#include "names.h"

#include <stdio.h>
#include <string.h>

/* The last address of a prefix whose first one is @addr. */
static void fill(struct addr *addr, uint8_t plen)
{
	unsigned int i, keep;

	for (i = 0; i < addr_len(addr); i++) {
		keep = plen > i * 8 ? plen - i * 8 : 0;
		if (keep < 8)
			addr->bytes[i] |= (uint8_t)(0xff >> keep);
	}
}

static int compare(const struct addr *a, const struct addr *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

/**
 * list_set_prefix() - a list that is one prefix
 * @list: receives it
 * @addr: the first address of the prefix
 * @plen: its length
 */
void list_set_prefix(struct addr_list *list, const struct addr *addr,
		     uint8_t plen)
{
	memset(list, 0, sizeof(*list));
	list->count = 1;
	list->range[0].first = *addr;
	list->range[0].last = *addr;
	fill(&list->range[0].last, plen);
}

static bool is_prefix(const struct addr_range *range, uint8_t *plen)
{
	struct addr last;
	unsigned int len;

	for (len = 0; len <= addr_max_plen(&range->first); len++) {
		last = range->first;
		fill(&last, (uint8_t)len);
		if (addr_is_masked(&range->first, (uint8_t)len) &&
		    !compare(&last, &range->last)) {
			*plen = (uint8_t)len;
			return true;
		}
	}
	return false;
}

/**
 * list_get_prefix() - is a list one prefix
 * @list: the list
 * @plen: receives its length; its address is that of the first range
 *
 * Return: whether it is.
 */
bool list_get_prefix(const struct addr_list *list, uint8_t *plen)
{
	return list->count == 1 && is_prefix(&list->range[0], plen);
}

static enum list_error parse_item(const char *item, struct addr_range *range)
{
	const char *dash = strchr(item, '-');
	char first[ADDR_TEXT_MAX];
	uint8_t plen;

	if (!dash) {
		if (!addr_parse_prefix(item, &range->first, &plen))
			return LIST_SYNTAX;
		range->last = range->first;
		fill(&range->last, plen);
		return addr_is_masked(&range->first, plen) ? LIST_OK :
							     LIST_HOST_BITS;
	}
	snprintf(first, sizeof(first), "%.*s", (int)(dash - item), item);
	if (!addr_parse(first, &range->first) ||
	    !addr_parse(dash + 1, &range->last))
		return LIST_SYNTAX;
	if (range->first.family != range->last.family)
		return LIST_FAMILY;
	return compare(&range->first, &range->last) <= 0 ? LIST_OK :
							   LIST_REVERSED;
}

static enum list_error insert_addrs(struct addr_list *list,
				    const struct addr_range *range)
{
	unsigned int i = list->count;

	if (i == IPSEC_RANGES_MAX)
		return LIST_TOO_LONG;
	if (i && range->first.family != list->range[0].first.family)
		return LIST_FAMILY;
	while (i && compare(&range->first, &list->range[i - 1].first) < 0)
		i--;
	if ((i && compare(&range->first, &list->range[i - 1].last) <= 0) ||
	    (i < list->count &&
	     compare(&range->last, &list->range[i].first) >= 0))
		return LIST_OVERLAP;
	memmove(&list->range[i + 1], &list->range[i],
		(list->count - i) * sizeof(*range));
	list->range[i] = *range;
	list->count++;
	return LIST_OK;
}

/* Cut the first item off a list. */
static const char *next_item(const char *word, char *item, size_t size)
{
	size_t len = strcspn(word, ",");

	snprintf(item, size, "%.*s", (int)len, word);
	if (len >= size)
		item[0] = '\0';
	return word[len] ? word + len + 1 : NULL;
}

/**
 * list_parse_addrs() - PREFIX|ADDRESS-ADDRESS, and more behind commas
 * @word: the text
 * @list: receives the list
 * @item: receives the part that is wrong, 2 * ADDR_TEXT_MAX bytes
 *
 * Return: what is wrong.
 */
enum list_error list_parse_addrs(const char *word, struct addr_list *list,
				 char *item)
{
	struct addr_range range;
	enum list_error error;

	memset(list, 0, sizeof(*list));
	while (word) {
		memset(&range, 0, sizeof(range));
		word = next_item(word, item, 2 * ADDR_TEXT_MAX);
		error = parse_item(item, &range);
		if (!error)
			error = insert_addrs(list, &range);
		if (error)
			return error;
	}
	return LIST_OK;
}

static bool parse_port(const char *text, uint16_t *port)
{
	uint32_t number;

	if (!names_number(text, UINT16_MAX, &number))
		return false;
	*port = (uint16_t)number;
	return true;
}

static enum list_error parse_ports(char *item, struct port_range *range)
{
	char *dash = strchr(item, '-');

	if (dash)
		*dash++ = '\0';
	if (!parse_port(item, &range->first) ||
	    !parse_port(dash ? dash : item, &range->last))
		return LIST_SYNTAX;
	return range->first <= range->last ? LIST_OK : LIST_REVERSED;
}

static enum list_error insert_ports(struct port_list *list,
				    const struct port_range *range)
{
	unsigned int i = list->count;

	if (i == IPSEC_RANGES_MAX)
		return LIST_TOO_LONG;
	while (i && range->first < list->range[i - 1].first)
		i--;
	if ((i && range->first <= list->range[i - 1].last) ||
	    (i < list->count && range->last >= list->range[i].first))
		return LIST_OVERLAP;
	memmove(&list->range[i + 1], &list->range[i],
		(list->count - i) * sizeof(*range));
	list->range[i] = *range;
	list->count++;
	return LIST_OK;
}

/**
 * list_parse_ports() - N|N-N, and more behind commas
 * @word: the text
 * @list: receives the list
 *
 * Return: what is wrong.
 */
enum list_error list_parse_ports(const char *word, struct port_list *list)
{
	struct port_range range;
	enum list_error error;
	char item[32];

	memset(list, 0, sizeof(*list));
	while (word) {
		memset(&range, 0, sizeof(range));
		word = next_item(word, item, sizeof(item));
		error = parse_ports(item, &range);
		if (!error)
			error = insert_ports(list, &range);
		if (error)
			return error;
	}
	return LIST_OK;
}

/**
 * list_format_addrs() - a list as text
 * @list: the list, not empty
 * @text: receives it, LIST_TEXT_MAX bytes
 *
 * Return: @text.
 */
const char *list_format_addrs(const struct addr_list *list, char *text)
{
	char first[ADDR_TEXT_MAX], last[ADDR_TEXT_MAX];
	const struct addr_range *range;
	unsigned int i;
	size_t len = 0;
	uint8_t plen;

	text[0] = '\0';
	for (i = 0; i < list->count; i++) {
		range = &list->range[i];
		if (is_prefix(range, &plen)) {
			addr_format_prefix(&range->first, plen, first);
			last[0] = '\0';
		} else {
			addr_format(&range->first, first);
			addr_format(&range->last, last);
		}
		len += (size_t)snprintf(text + len, LIST_TEXT_MAX - len,
					"%s%s%s%s", i ? "," : "", first,
					last[0] ? "-" : "", last);
	}
	return text;
}
