// SPDX-License-Identifier: GPL-2.0
#include "out.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool json;
static bool is_first;

/**
 * out_begin() - start the output of a command
 * @is_json: one JSON object instead of text
 */
void out_begin(bool is_json)
{
	json = is_json;
	if (!json)
		return;
	printf("{\"schema_version\":%d", OUT_SCHEMA_VERSION);
	is_first = false;
}

/** out_end() - end what out_begin() started */
void out_end(void)
{
	if (json)
		printf("}\n");
	fflush(stdout);
}

/**
 * out_is_json() - which of the two is written
 *
 * Return: true for JSON.
 */
bool out_is_json(void)
{
	return json;
}

static void json_text(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20 || c >= 0x7f)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void json_key(const char *key)
{
	if (!is_first)
		putchar(',');
	is_first = false;
	if (!key)
		return;
	putchar('"');
	for (; *key; key++)
		putchar(*key == '-' ? '_' : *key);
	printf("\":");
}

static void json_open(const char *key, char bracket)
{
	if (!json)
		return;
	json_key(key);
	putchar(bracket);
	is_first = true;
}

static void json_close(char bracket)
{
	if (!json)
		return;
	putchar(bracket);
	is_first = false;
}

/**
 * out_array_open() - JSON only: begin an array
 * @key: its name, NULL inside of an array
 */
void out_array_open(const char *key)
{
	json_open(key, '[');
}

/** out_array_close() - JSON only: end an array */
void out_array_close(void)
{
	json_close(']');
}

/**
 * out_object_open() - JSON only: begin an object
 * @key: its name, NULL inside of an array
 */
void out_object_open(const char *key)
{
	json_open(key, '{');
}

/** out_object_close() - JSON only: end an object */
void out_object_close(void)
{
	json_close('}');
}

/**
 * out_json_string() - JSON only: a string
 * @key: its name
 * @value: the string
 */
void out_json_string(const char *key, const char *value)
{
	if (!json)
		return;
	json_key(key);
	json_text(value);
}

/**
 * out_json_number() - JSON only: a number
 * @key: its name
 * @value: the number
 */
void out_json_number(const char *key, uint64_t value)
{
	if (!json)
		return;
	json_key(key);
	printf("%llu", (unsigned long long)value);
}

/**
 * out_json_bool() - JSON only: true or false
 * @key: its name
 * @value: which
 */
void out_json_bool(const char *key, bool value)
{
	if (!json)
		return;
	json_key(key);
	printf("%s", value ? "true" : "false");
}

/**
 * out_text() - text only: as printf(3)
 * @format: the format
 */
void out_text(const char *format, ...)
{
	va_list args;

	if (json)
		return;
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
}

/**
 * out_word() - a value that stands without its name in text
 * @key: its name in JSON
 * @value: the word
 */
void out_word(const char *key, const char *value)
{
	out_text(" %s", value);
	out_json_string(key, value);
}

/**
 * out_string() - a keyword and its value
 * @key: the keyword
 * @value: the value, one word
 */
void out_string(const char *key, const char *value)
{
	out_text(" %s %s", key, value);
	out_json_string(key, value);
}

/**
 * out_path() - a keyword and a path, in quotes if it needs them
 * @key: the keyword
 * @value: the path
 */
void out_path(const char *key, const char *value)
{
	const char *quote = value[strcspn(value, " \t#$=\\")] ? "\"" : "";

	out_text(" %s %s%s%s", key, quote, value, quote);
	out_json_string(key, value);
}

/**
 * out_range() - a keyword and a range of numbers
 * @key: the keyword
 * @min: first number
 * @max: last number
 */
void out_range(const char *key, uint32_t min, uint32_t max)
{
	if (min == max)
		out_text(" %s %u", key, min);
	else
		out_text(" %s %u-%u", key, min, max);
	out_array_open(key);
	out_json_number(NULL, min);
	out_json_number(NULL, max);
	out_array_close();
}

/**
 * out_range_item() - a range of numbers in an array
 * @min: first number
 * @max: last number
 */
void out_range_item(uint32_t min, uint32_t max)
{
	if (min == max)
		out_text("%u", min);
	else
		out_text("%u-%u", min, max);
	out_array_open(NULL);
	out_json_number(NULL, min);
	out_json_number(NULL, max);
	out_array_close();
}

/**
 * out_number() - a keyword and a number
 * @key: the keyword
 * @value: the number
 */
void out_number(const char *key, uint32_t value)
{
	out_text(" %s %u", key, value);
	out_json_number(key, value);
}

/**
 * out_spi() - spi and its value: hexadecimal in text, a number in JSON
 * @spi: host byte order
 */
void out_spi(uint32_t spi)
{
	out_text(" spi 0x%08x", spi);
	out_json_number("spi", spi);
}
