// SPDX-License-Identifier: GPL-2.0
/* Tests of net/ipsec/mutable.c */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mutable.h"
#include "unit.h"

#define MAX_HDR 2400
#define FUZZ_STEPS 1000000

#define HOPOPTS 0
#define ROUTING 43
#define FRAGMENT 44
#define AH 51
#define DSTOPTS 60

/* @len: of @hdr, and on success what is left of it */
typedef int (*zero_fn)(u8 *hdr, size_t *len);

static int zero4(u8 *hdr, size_t *len)
{
	return ipsec_mutable_zero4(hdr, *len);
}

/*
 * Runs @zero on memory of exactly @len bytes, so that ASan sees a byte read or
 * written beyond, and copies back what came out.
 */
static int run_exact(zero_fn zero, u8 *hdr, size_t *len)
{
	u8 *copy = malloc(*len ? *len : 1);
	size_t before = *len;
	int err;

	if (!copy)
		abort();
	memcpy(copy, hdr, before);
	err = zero(copy, len);
	EXPECT(*len <= before, "%zu becomes %zu", before, *len);
	memcpy(hdr, copy, before);
	free(copy);
	return err;
}

static size_t from_hex(const char *hex, u8 *bytes)
{
	unsigned int value;
	size_t len = 0;
	int used;

	while (sscanf(hex, " %2x%n", &value, &used) == 1) {
		bytes[len++] = value;
		hex += used;
	}
	return len;
}

struct pair {
	const char *name;
	const char *before;
	/* NULL: -EINVAL */
	const char *after;
};

static void check_pairs(zero_fn zero, const struct pair *pairs,
			unsigned int count)
{
	u8 hdr[MAX_HDR], expected[MAX_HDR];
	unsigned int i;
	size_t len;
	int err;

	for (i = 0; i < count; i++) {
		len = from_hex(pairs[i].before, hdr);
		err = run_exact(zero, hdr, &len);
		if (!pairs[i].after) {
			EXPECT(err == -EINVAL, "%s", pairs[i].name);
			continue;
		}
		EXPECT(!err, "%s", pairs[i].name);
		EXPECT(from_hex(pairs[i].after, expected) == len,
		       "%s: the test itself is wrong", pairs[i].name);
		EXPECT(!memcmp(hdr, expected, len), "%s", pairs[i].name);
	}
}

/* An IPv4 header up to its options: with all that is zeroed, and without. */
#define IP4(ihl) "4" ihl " ff 0123 4567 ffff ff 33 ffff c0000201 cb007101 "
#define IP4_DONE(ihl, daddr) \
	"4" ihl " 00 0123 4567 0000 00 33 0000 c0000201 " daddr " "

static void ipsec_mutable_zero4__known(void)
{
	static const struct pair pairs[] = {
		{ "no options", IP4("5"), IP4_DONE("5", "cb007101") },
		{ "too short", "45 00 0014", NULL },
		{ "IHL 4", IP4("4"), NULL },
		{ "IHL beyond the header", IP4("6"), NULL },
		{ "IHL below the header", IP4("5") "01010101", NULL },
		{ "version 6",
		  "65 00 0014 0000 0000 4033 0000 c0000201 cb007101",
		  NULL },
		{ "NOP, EOL and what is behind it",
		  IP4("7") "01 01 00 07 ff 88 77 66",
		  IP4_DONE("7", "cb007101") "01 01 00 07 ff 88 77 66" },
		{ "security kept", IP4("8") "82 0b 1234 5678 9abc def0 11 00",
		  IP4_DONE("8", "cb007101") "82 0b 1234 5678 9abc def0 11 00" },
		{ "extended security kept", IP4("6") "85 03 55 01",
		  IP4_DONE("6", "cb007101") "85 03 55 01" },
		{ "commercial security kept", IP4("7") "86 06 00000001 0101",
		  IP4_DONE("7", "cb007101") "86 06 00000001 0101" },
		{ "router alert kept", IP4("6") "94 04 0001",
		  IP4_DONE("6", "cb007101") "94 04 0001" },
		{ "multi-destination delivery kept",
		  IP4("7") "95 06 c6336401 01 00",
		  IP4_DONE("7", "cb007101") "95 06 c6336401 01 00" },
		{ "record route", IP4("7") "07 07 08 c0000202 00",
		  IP4_DONE("7", "cb007101") "00 00 00 00000000 00" },
		{ "time stamp, then router alert",
		  IP4("8") "44 08 09 10 0badcafe 94 04 0001",
		  IP4_DONE("8", "cb007101") "00 00 00 00 00000000 94 04 0001" },
		{ "stream ID", IP4("6") "88 04 abcd",
		  IP4_DONE("6", "cb007101") "00 00 0000" },
		{ "security without its copy bit is another option",
		  IP4("6") "02 04 abcd",
		  IP4_DONE("6", "cb007101") "00 00 0000" },
		{ "router alert without its copy bit",
		  IP4("6") "14 04 0001",
		  IP4_DONE("6", "cb007101") "00 00 0000" },
		{ "unknown", IP4("6") "fe 02 01 00",
		  IP4_DONE("6", "cb007101") "00 00 01 00" },
		{ "loose source route of the sender",
		  IP4("8") "01 83 0b 04 c6336401 c6336402",
		  IP4_DONE("8", "c6336402") "01 00 00 00 00000000 00000000" },
		{ "loose source route half way",
		  IP4("8") "01 83 0b 08 c6336401 c6336402",
		  IP4_DONE("8", "c6336402") "01 00 00 00 00000000 00000000" },
		{ "loose source route at its end",
		  IP4("8") "01 83 0b 0c c6336401 c6336402",
		  IP4_DONE("8", "cb007101") "01 00 00 00 00000000 00000000" },
		{ "strict source route of the sender",
		  IP4("7") "89 07 04 c6336401 00",
		  IP4_DONE("7", "c6336401") "00 00 00 00000000 00" },
		{ "strict source route at its end",
		  IP4("7") "89 07 08 c6336401 00",
		  IP4_DONE("7", "cb007101") "00 00 00 00000000 00" },
		{ "source route of no address", IP4("6") "83 03 04 00",
		  IP4_DONE("6", "cb007101") "00 00 00 00" },
		{ "source route without pointer", IP4("6") "83 02 01 00",
		  NULL },
		{ "source route of half an address",
		  IP4("7") "83 06 04 c63364 0000", NULL },
		{ "source route, pointer 0", IP4("7") "83 07 00 c6336401 00",
		  NULL },
		{ "source route, pointer 3", IP4("7") "83 07 03 c6336401 00",
		  NULL },
		{ "source route, pointer 5", IP4("7") "83 07 05 c6336401 00",
		  NULL },
		{ "source route, pointer 255",
		  IP4("7") "83 07 ff c6336401 00", NULL },
		{ "source route, pointer 252",
		  IP4("7") "83 07 fc c6336401 00",
		  IP4_DONE("7", "cb007101") "00 00 00 00000000 00" },
		{ "two source routes",
		  IP4("9") "83 07 04 c6336401 01 89 07 04 c6336402 00", NULL },
		{ "length 0", IP4("6") "07 00 04 00", NULL },
		{ "length 1", IP4("6") "07 01 04 00", NULL },
		{ "length 0, immutable", IP4("6") "94 00 00 01", NULL },
		{ "length beyond", IP4("6") "07 05 04 00", NULL },
		{ "length 255", IP4("6") "07 ff 04 00", NULL },
		{ "length beyond, immutable", IP4("6") "94 05 00 01", NULL },
		{ "no room for a length", IP4("6") "01 01 01 07", NULL },
		{ "last option fills the header", IP4("6") "01 01 07 02",
		  IP4_DONE("6", "cb007101") "01 01 00 00" },
	};

	check_pairs(zero4, pairs, ARRAY_SIZE(pairs));
}

/* Every type and every length, at the head of the longest option list. */
static void ipsec_mutable_zero4__every_type_and_length(void)
{
	static const u8 kept[] = { 130, 133, 134, 148, 149 };
	u8 hdr[60], expected[60];
	unsigned int type, len, i;
	bool is_kept, is_good;
	size_t hdr_len = 60;
	int err;

	for (type = 2; type <= 255; type++) {
		for (len = 0; len <= 255; len++) {
			from_hex(IP4("f"), hdr);
			from_hex(IP4_DONE("f", "cb007101"), expected);
			/* no room in a route: its pointer is behind it */
			memset(hdr + 20, 0x01, 40);
			hdr[20] = type;
			hdr[21] = len;
			hdr[22] = 0x80;
			is_good = len >= 2 && len <= 40;
			if (type == 131 || type == 137)
				is_good = is_good && len >= 3 && len % 4 == 3;
			if (len == 2 && is_good)
				hdr[22] = 0x01;
			memcpy(expected + 20, hdr + 20, 40);
			is_kept = false;
			for (i = 0; i < ARRAY_SIZE(kept); i++)
				is_kept = is_kept || kept[i] == type;
			if (is_good && !is_kept)
				memset(expected + 20, 0, len);
			err = run_exact(zero4, hdr, &hdr_len);
			EXPECT(err == (is_good ? 0 : -EINVAL),
			       "type %u length %u: %d", type, len, err);
			EXPECT(!is_good || !memcmp(hdr, expected, 60),
			       "type %u length %u", type, len);
		}
	}
}

/* Every length of the header against every IHL. */
static void ipsec_mutable_zero4__every_header_length(void)
{
	unsigned int ihl;
	bool is_good;
	u8 hdr[80];
	size_t len;
	int err;

	for (ihl = 0; ihl < 16; ihl++) {
		for (len = 0; len <= sizeof(hdr); len++) {
			memset(hdr, 0x01, sizeof(hdr));
			hdr[0] = 0x40 | ihl;
			err = run_exact(zero4, hdr, &len);
			is_good = ihl >= 5 && len == ihl * 4;
			EXPECT(err == (is_good ? 0 : -EINVAL),
			       "IHL %u length %zu: %d", ihl, len, err);
		}
	}
}

#define IP6(next) "6fffffff 0123 " next " ff " \
	"20010db8000000000000000000000001 20010db8000000000000000000000099 "
#define IP6_DONE(next, daddr) "60000000 0123 " next " 00 " \
	"20010db8000000000000000000000001 " daddr " "
#define IP6_LESS(len, next, daddr) "60000000 " len " " next " 00 " \
	"20010db8000000000000000000000001 " daddr " "
#define D99 "20010db8000000000000000000000099"
#define DA1 "20010db80000000000000000000000a1"
#define DA2 "20010db80000000000000000000000a2"
#define DA3 "20010db80000000000000000000000a3"

static void ipsec_mutable_zero6__known(void)
{
	static const struct pair pairs[] = {
		{ "no extension header", IP6("33"), IP6_DONE("33", D99) },
		{ "too short", "60000000 0000 3340 20010db8", NULL },
		{ "version 4", "40000000 0123 33 ff "
		  "20010db8000000000000000000000001 " D99, NULL },
		{ "hop-by-hop, router alert kept",
		  IP6("00") "33 00 05 02 0000 01 00",
		  IP6_DONE("00", D99) "33 00 05 02 0000 01 00" },
		{ "option that may change",
		  IP6("00") "33 00 3e 04 deadbeef",
		  IP6_DONE("00", D99) "33 00 3e 04 00000000" },
		{ "option that may change, of no data, between padding",
		  IP6("00") "33 00 00 fe 00 00 01 00",
		  IP6_DONE("00", D99) "33 00 00 fe 00 00 01 00" },
		{ "jumbo payload kept",
		  IP6("00") "33 00 c2 04 00010000",
		  IP6_DONE("00", D99) "33 00 c2 04 00010000" },
		{ "PadN with something in it kept",
		  IP6("00") "33 00 01 04 deadbeef",
		  IP6_DONE("00", D99) "33 00 01 04 deadbeef" },
		{ "destination options",
		  IP6("3c") "33 01 20 05 1122334455 1e 03 667788 00 00",
		  IP6_DONE("3c", D99)
		  "33 01 20 05 0000000000 1e 03 667788 00 00" },
		{ "both",
		  IP6("00") "3c 00 20 04 01020304 33 00 20 03 010203 00",
		  IP6_DONE("00", D99)
		  "3c 00 20 04 00000000 33 00 20 03 000000 00" },
		{ "option data beyond the header",
		  IP6("00") "33 00 05 05 0000 01 00", NULL },
		{ "option data beyond, more headers behind it",
		  IP6("00") "3c 00 3e 05 00000000 33 00 01 04 00000000", NULL },
		{ "no room for an option length",
		  IP6("00") "33 00 01 03 000000 05", NULL },
		{ "header beyond the buffer", IP6("00") "33 01 01 04 00000000",
		  NULL },
		{ "header cut", IP6("00") "33 00 01 04 0000", NULL },
		{ "header of one byte", IP6("00") "33", NULL },
		{ "fragment header of a whole packet is not there",
		  IP6("2c") "33 00 0000 00000001",
		  IP6_LESS("011b", "33", D99) },
		{ "its reserved bits mean nothing",
		  IP6("2c") "33 ff 0006 ffffffff",
		  IP6_LESS("011b", "33", D99) },
		{ "fragment header between others",
		  IP6("00") "2c 00 3e 04 01020304 3c 00 0000 00000001 "
		  "33 00 1e 04 05060708",
		  IP6_LESS("011b", "00", D99)
		  "3c 00 3e 04 00000000 33 00 1e 04 05060708" },
		{ "fragment header between a route and AH",
		  IP6("2b") "2c 02 00 01 00000000 " DA1 "33 00 0000 00000001",
		  IP6_LESS("011b", "2b", DA1) "33 02 00 00 00000000 " D99 },
		{ "first fragment", IP6("2c") "33 00 0001 00000000", NULL },
		{ "later fragment", IP6("2c") "33 00 0009 00000000", NULL },
		{ "last fragment", IP6("2c") "33 00 0008 00000000", NULL },
		{ "last fragment of all", IP6("2c") "33 00 fff8 00000000", NULL },
		{ "fragment header cut", IP6("2c") "33 00 0000 000000", NULL },
		{ "fragment header longer than the packet",
		  "60000000 0007 2c ff 20010db8000000000000000000000001 " D99
		  "33 00 0000 00000000", NULL },
		{ "AH itself", IP6("33") "11 00 0000 00000000", NULL },
		{ "ESP", IP6("32") "11 00 0000 00000000", NULL },
		{ "mobility header", IP6("87") "33 00 00 00 00000000", NULL },

		{ "routing type 0 of the sender, three to go",
		  IP6("2b") "33 06 00 03 00000000 " DA1 DA2 DA3,
		  IP6_DONE("2b", DA3) "33 06 00 00 00000000 " D99 DA1 DA2 },
		{ "routing type 0, two to go",
		  IP6("2b") "33 06 00 02 00000000 " DA1 DA2 DA3,
		  IP6_DONE("2b", DA3) "33 06 00 00 00000000 " DA1 D99 DA2 },
		{ "routing type 0, one to go",
		  IP6("2b") "33 06 00 01 00000000 " DA1 DA2 DA3,
		  IP6_DONE("2b", DA3) "33 06 00 00 00000000 " DA1 DA2 D99 },
		{ "routing type 0 at its end",
		  IP6("2b") "33 06 00 00 00000000 " DA1 DA2 DA3,
		  IP6_DONE("2b", D99) "33 06 00 00 00000000 " DA1 DA2 DA3 },
		{ "routing type 0, more to go than there are",
		  IP6("2b") "33 06 00 04 00000000 " DA1 DA2 DA3, NULL },
		{ "routing type 0 of no address",
		  IP6("2b") "33 00 00 00 00000000",
		  IP6_DONE("2b", D99) "33 00 00 00 00000000" },
		{ "routing type 0 of no address, one to go",
		  IP6("2b") "33 00 00 01 00000000", NULL },
		{ "routing type 0 of half an address",
		  IP6("2b") "33 01 00 00 00000000 0000000000000000", NULL },
		{ "routing type 2", IP6("2b") "33 02 02 01 00000000 " DA1,
		  IP6_DONE("2b", DA1) "33 02 02 00 00000000 " D99 },
		{ "routing type 2 at its end",
		  IP6("2b") "33 02 02 00 00000000 " DA1,
		  IP6_DONE("2b", D99) "33 02 02 00 00000000 " DA1 },
		{ "routing type 2, more to go than there are",
		  IP6("2b") "33 02 02 02 00000000 " DA1, NULL },
		{ "segment routing at its end kept",
		  IP6("2b") "33 02 04 00 00 00 1234 " DA1,
		  IP6_DONE("2b", D99) "33 02 04 00 00 00 1234 " DA1 },
		{ "segment routing, one to go",
		  IP6("2b") "33 02 04 01 00 00 1234 " DA1, NULL },
		{ "unknown routing type, one to go",
		  IP6("2b") "33 02 fd 01 00000000 " DA1, NULL },
		{ "all that may be in front of AH",
		  IP6("00") "3c 00 3e 04 01020304 2b 00 01 04 00000000 "
		  "3c 02 00 01 00000000 " DA1 " 33 00 20 04 ffffffff",
		  IP6_DONE("00", DA1)
		  "3c 00 3e 04 00000000 2b 00 01 04 00000000 "
		  "3c 02 00 00 00000000 " D99 " 33 00 20 04 00000000" },
	};

	check_pairs(ipsec_mutable_zero6, pairs, ARRAY_SIZE(pairs));
}

/* Every header length with every number of segments left, in exact memory. */
static void ipsec_mutable_zero6__every_route(void)
{
	unsigned int hdrlen, left, i, count;
	u8 hdr[MAX_HDR], expected[MAX_HDR];
	size_t len;
	int err;

	for (hdrlen = 0; hdrlen <= 255; hdrlen++) {
		for (left = 0; left <= 255; left++) {
			from_hex(IP6("2b"), hdr);
			len = 40 + 8 + hdrlen * 8;
			memset(hdr + 40, 0, 8);
			hdr[40] = AH;
			hdr[41] = hdrlen;
			hdr[43] = left;
			for (i = 48; i < len; i++)
				hdr[i] = (i - 48) / 16 + 1;
			memcpy(expected, hdr, len);
			err = run_exact(ipsec_mutable_zero6, hdr, &len);
			count = hdrlen / 2;
			if (hdrlen % 2 || left > count) {
				EXPECT(err == -EINVAL, "hdrlen %u left %u",
				       hdrlen, left);
				continue;
			}
			EXPECT(!err, "hdrlen %u left %u", hdrlen, left);
			/* One hop after the other, as RFC 2460 4.4 says. */
			for (i = count - left; i < count; i++) {
				u8 next[16];

				memcpy(next, expected + 48 + 16 * i, 16);
				memcpy(expected + 48 + 16 * i, expected + 24,
				       16);
				memcpy(expected + 24, next, 16);
			}
			memset(expected + 1, 0, 3);
			expected[0] = 0x60;
			expected[7] = 0;
			expected[43] = 0;
			EXPECT(!memcmp(hdr, expected, len),
			       "hdrlen %u left %u", hdrlen, left);
		}
	}
}

static u8 random_of(const u8 *values, size_t count)
{
	return values[unit_random_below(count)];
}

/* An IPv4 header with options; some have a wrong byte. */
static size_t random_hdr4(u8 *hdr)
{
	static const u8 types[] = {
		0, 1, 1, 7, 68, 130, 131, 133, 134, 136, 137, 148, 149, 200,
	};
	size_t len = 20 + 4 * unit_random_below(11), off = 20, left, part;

	unit_random_bytes(hdr, len);
	hdr[0] = 0x40 | len / 4;
	while (off < len) {
		left = len - off;
		hdr[off] = random_of(types, ARRAY_SIZE(types));
		if (hdr[off] < 2 || left < 2) {
			off++;
			continue;
		}
		part = 2 + unit_random_below(left - 1);
		if ((hdr[off] == 131 || hdr[off] == 137) && part > 3) {
			part -= (part + 1) % 4;
			hdr[off + 2] = 4 * (1 + unit_random_below(12));
		}
		hdr[off + 1] = part;
		if (!unit_random_below(20))
			hdr[off + 1] = unit_random();
		off += part;
	}
	if (!unit_random_below(20))
		hdr[unit_random_below(len)] = unit_random();
	return len;
}

static size_t random_options6(u8 *ext, size_t ext_len)
{
	static const u8 types[] = { 0, 1, 5, 0x1e, 0x3e, 0x20, 0xc2, 0xe2 };
	size_t off = 2, left;

	while (off < ext_len) {
		left = ext_len - off;
		ext[off] = random_of(types, ARRAY_SIZE(types));
		if (left < 2)
			ext[off] = 0;
		if (!ext[off]) {
			off++;
			continue;
		}
		ext[off + 1] = unit_random_below(left - 1);
		off += 2 + ext[off + 1];
	}
	return ext_len;
}

static size_t random_ext6(u8 *ext, u8 type)
{
	static const u8 route_types[] = { 0, 0, 2, 3, 4 };
	size_t ext_len = 8 * (1 + unit_random_below(6));

	unit_random_bytes(ext, ext_len);
	if (type == ROUTING) {
		ext_len = 8 + 16 * unit_random_below(4);
		unit_random_bytes(ext, ext_len);
		ext[2] = random_of(route_types, ARRAY_SIZE(route_types));
		ext[3] = ext[2] > 2 ? 0 : unit_random_below(ext_len / 16 + 1);
	} else {
		random_options6(ext, ext_len);
	}
	ext[1] = ext_len / 8 - 1;
	return ext_len;
}

/* Up to four extension headers; three of eight are tampered with. */
static size_t random_hdr6(u8 *hdr)
{
	static const u8 types[] = {
		AH, HOPOPTS, DSTOPTS, DSTOPTS, ROUTING, ROUTING,
	};
	unsigned int count = unit_random_below(5);
	size_t len = 40;
	u8 *next;
	u8 type;

	unit_random_bytes(hdr, 40);
	hdr[0] = 0x60 | (hdr[0] & 15);
	next = hdr + 6;
	while (count--) {
		type = random_of(types + 1, ARRAY_SIZE(types) - 1);
		*next = type;
		next = hdr + len;
		len += random_ext6(hdr + len, type);
	}
	*next = AH;
	switch (unit_random_below(8)) {
	case 0:
		hdr[unit_random_below(len)] = unit_random();
		break;
	case 1:
		len = unit_random_below(len + 1);
		break;
	case 2:
		hdr[len > 40 ? 40 + unit_random_below(len - 40) : 6] =
			unit_random();
		break;
	default:
		break;
	}
	return len;
}

/* It ends inside its memory, and doing it again changes nothing. */
static void fuzz(zero_fn zero, size_t (*make)(u8 *hdr))
{
	u8 hdr[MAX_HDR], again[MAX_HDR];
	unsigned int i, good = 0;
	size_t len;
	int err;

	for (i = 0; i < FUZZ_STEPS; i++) {
		len = make(hdr);
		err = run_exact(zero, hdr, &len);
		EXPECT(!err || err == -EINVAL, "step %u: %d", i, err);
		if (err)
			continue;
		good++;
		memcpy(again, hdr, len);
		EXPECT(!run_exact(zero, again, &len), "step %u", i);
		EXPECT(!memcmp(hdr, again, len), "step %u", i);
	}
	EXPECT(good > FUZZ_STEPS / 10 && good < FUZZ_STEPS - FUZZ_STEPS / 10,
	       "%u of %u good: the test is lopsided", good, FUZZ_STEPS);
}

static void ipsec_mutable_zero4__fuzz(void)
{
	fuzz(zero4, random_hdr4);
}

static void ipsec_mutable_zero6__fuzz(void)
{
	fuzz(ipsec_mutable_zero6, random_hdr6);
}

static size_t noise4(u8 *hdr)
{
	size_t len = unit_random_below(64);

	unit_random_bytes(hdr, len);
	if (len >= 20 && unit_random_below(8))
		hdr[0] = 0x40 | len / 4;
	return len;
}

static size_t noise6(u8 *hdr)
{
	static const u8 types[] = { AH, HOPOPTS, DSTOPTS, ROUTING, FRAGMENT };
	size_t len = unit_random_below(160);

	unit_random_bytes(hdr, len);
	if (len >= 40) {
		hdr[0] = 0x60;
		hdr[6] = random_of(types, ARRAY_SIZE(types));
	}
	if (len >= 48) {
		hdr[40] = random_of(types, ARRAY_SIZE(types));
		hdr[41] = unit_random_below(16);
	}
	return len;
}

static void ipsec_mutable_zero__noise(void)
{
	u8 hdr[MAX_HDR];
	unsigned int i;
	size_t len;
	int err;

	for (i = 0; i < FUZZ_STEPS; i++) {
		len = noise4(hdr);
		err = run_exact(zero4, hdr, &len);
		EXPECT(!err || err == -EINVAL, "step %u: %d", i, err);
		len = noise6(hdr);
		err = run_exact(ipsec_mutable_zero6, hdr, &len);
		EXPECT(!err || err == -EINVAL, "step %u: %d", i, err);
	}
}

/*
 * The way. What routers and the receiver's own IP layer do to a header in
 * flight must make no difference to what AH covers; anything else must.
 */
static void travel_options4(u8 *hdr, size_t len)
{
	size_t off = 20;
	u8 *option;

	while (off < len && hdr[off]) {
		option = hdr + off;
		if (*option == 1) {
			off++;
			continue;
		}
		if (*option == 7 || *option == 68)
			unit_random_bytes(option + 2, option[1] - 2);
		if (*option == 131 || *option == 137) {
			while (option[2] < option[1]) {
				/* The router's own address takes the place. */
				memcpy(hdr + 16, option + option[2] - 1, 4);
				unit_random_bytes(option + option[2] - 1, 4);
				option[2] += 4;
			}
		}
		off += option[1];
	}
}

static void ipsec_mutable_zero4__same_at_both_ends(void)
{
	u8 sent[60], received[60];
	unsigned int i, good = 0;
	size_t len;

	for (i = 0; i < FUZZ_STEPS / 2; i++) {
		len = random_hdr4(sent);
		memcpy(received, sent, len);
		if (run_exact(zero4, sent, &len))
			continue;
		good++;
		travel_options4(received, len);
		received[1] = unit_random();
		unit_random_bytes(received + 6, 3);
		unit_random_bytes(received + 10, 2);
		EXPECT(!run_exact(zero4, received, &len),
		       "step %u", i);
		EXPECT(!memcmp(sent, received, len), "step %u", i);
	}
	EXPECT(good > FUZZ_STEPS / 10, "only %u good", good);
}

static void travel_ext6(u8 *hdr, u8 *ext, u8 type)
{
	size_t ext_len = (ext[1] + 1) * 8, off = 2, count = ext_len / 16;
	u8 next[16], *hop;

	if (type == ROUTING) {
		while (ext[3]) {
			hop = ext + 8 + 16 * (count - ext[3]--);
			memcpy(next, hop, 16);
			memcpy(hop, hdr + 24, 16);
			memcpy(hdr + 24, next, 16);
		}
		return;
	}
	while (off < ext_len) {
		if (!ext[off]) {
			off++;
			continue;
		}
		if (ext[off] & 0x20)
			unit_random_bytes(ext + off + 2, ext[off + 1]);
		off += 2 + ext[off + 1];
	}
}

/* Some sources put a fragment header in front of what is whole (RFC 6946). */
static size_t add_fragment6(u8 *hdr, size_t len)
{
	unsigned int payload_len = hdr[4] << 8 | hdr[5];
	size_t off = 40;
	u8 *next = hdr + 6;

	if (payload_len > 65535 - 8)
		return len;
	while (off < len && unit_random_below(2)) {
		next = hdr + off;
		off += (hdr[off + 1] + 1) * 8;
	}
	memmove(hdr + off + 8, hdr + off, len - off);
	unit_random_bytes(hdr + off, 8);
	hdr[off] = *next;
	hdr[off + 2] = 0;
	hdr[off + 3] &= 6;
	*next = FRAGMENT;
	payload_len += 8;
	hdr[4] = payload_len >> 8;
	hdr[5] = payload_len;
	return len + 8;
}

static void ipsec_mutable_zero6__same_at_both_ends(void)
{
	u8 sent[MAX_HDR], received[MAX_HDR];
	size_t len, off, received_len;
	unsigned int i, good = 0;
	u8 type;

	for (i = 0; i < FUZZ_STEPS / 2; i++) {
		received_len = random_hdr6(sent);
		memcpy(received, sent, received_len);
		len = received_len;
		if (run_exact(ipsec_mutable_zero6, sent, &len) ||
		    len != received_len)
			continue;
		good++;
		type = received[6];
		for (off = 40; off < len; off += (received[off + 1] + 1) * 8) {
			travel_ext6(received, received + off, type);
			type = received[off];
		}
		received[0] = 0x60 | (unit_random() & 15);
		unit_random_bytes(received + 1, 3);
		received[7] = unit_random();
		if (unit_random_below(2))
			received_len = add_fragment6(received, len);
		EXPECT(!run_exact(ipsec_mutable_zero6, received, &received_len),
		       "step %u", i);
		EXPECT(received_len == len && !memcmp(sent, received, len),
		       "step %u", i);
	}
	EXPECT(good > FUZZ_STEPS / 10, "only %u good", good);
}

/* Each bit of a header with one of everything: covered, or named here. */
static void ipsec_mutable_zero4__each_bit_counts(void)
{
	/* security, router alert, time stamp, record route, EOL */
	static const char text[] =
		IP4("e") "82 0b 1234 5678 9abc def0 11 94 04 0001 01 "
		"44 08 09 10 0badcafe 07 07 08 c0000202 00 00000000";
	u8 plain[60], hdr[60];
	unsigned int bit;
	bool is_mutable;
	size_t len, i;

	len = from_hex(text, plain);
	EXPECT(len == 56, "%zu bytes", len);
	EXPECT(!run_exact(zero4, plain, &len), "good header");
	for (bit = 0; bit < len * 8; bit++) {
		from_hex(text, hdr);
		i = bit / 8;
		hdr[i] ^= 1 << bit % 8;
		/* TOS; flags, offset, TTL; checksum; data of the last two */
		is_mutable = i == 1 || (i >= 6 && i <= 8) ||
			     i == 10 || i == 11 || (i >= 38 && i <= 43) ||
			     (i >= 46 && i <= 50);
		if (run_exact(zero4, hdr, &len)) {
			EXPECT(!is_mutable, "bit %u refused", bit);
			continue;
		}
		/* Another type or length may be as mutable as the first. */
		if (i == 36 || i == 37 || i == 44 || i == 45)
			continue;
		EXPECT(!memcmp(hdr, plain, len) == is_mutable, "bit %u", bit);
	}
}

static void ipsec_mutable_zero6__each_bit_counts(void)
{
	static const char text[] =
		IP6("00") "2b 00 3e 04 01020304 "
		"33 02 00 00 00000000 " DA1;
	u8 plain[MAX_HDR], hdr[MAX_HDR];
	unsigned int bit;
	bool is_mutable;
	size_t len, i;

	len = from_hex(text, plain);
	EXPECT(!run_exact(ipsec_mutable_zero6, plain, &len), "good header");
	for (bit = 0; bit < len * 8; bit++) {
		from_hex(text, hdr);
		i = bit / 8;
		hdr[i] ^= 1 << bit % 8;
		/* traffic class, flow label, hop limit, data of the option */
		is_mutable = (i == 0 && bit % 8 < 4) || (i >= 1 && i <= 3) ||
			     i == 7 || (i >= 44 && i <= 47);
		if (run_exact(ipsec_mutable_zero6, hdr, &len)) {
			EXPECT(!is_mutable, "bit %u refused", bit);
			continue;
		}
		EXPECT(!memcmp(hdr, plain, len) == is_mutable, "bit %u", bit);
	}
}

static const struct unit_case cases[] = {
	UNIT_CASE(ipsec_mutable_zero4__known),
	UNIT_CASE(ipsec_mutable_zero4__every_type_and_length),
	UNIT_CASE(ipsec_mutable_zero4__every_header_length),
	UNIT_CASE(ipsec_mutable_zero4__each_bit_counts),
	UNIT_CASE(ipsec_mutable_zero4__same_at_both_ends),
	UNIT_CASE(ipsec_mutable_zero4__fuzz),
	UNIT_CASE(ipsec_mutable_zero6__known),
	UNIT_CASE(ipsec_mutable_zero6__every_route),
	UNIT_CASE(ipsec_mutable_zero6__each_bit_counts),
	UNIT_CASE(ipsec_mutable_zero6__same_at_both_ends),
	UNIT_CASE(ipsec_mutable_zero6__fuzz),
	UNIT_CASE(ipsec_mutable_zero__noise),
};

UNIT_MAIN(cases)
