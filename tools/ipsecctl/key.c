// SPDX-License-Identifier: GPL-2.0
/*
 * Keys are read with read(2) into secret memory: stdio would leave a copy in
 * its buffer. No error sentence quotes what a key file holds.
 */
#include "key.h"
#include "secret.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The longest key in hex digits, and white space around it. */
#define KEY_TEXT_MAX 1024

/**
 * key_is_exposed() - may others than the owner read a file
 * @st: what stat(2) says of it
 *
 * Return: true when group or others have read permission.
 */
bool key_is_exposed(const struct stat *st)
{
	return st->st_mode & (S_IRGRP | S_IROTH);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/**
 * key_parse_hex() - hexadecimal digits to bytes
 * @key: receives the key
 * @text: digits, an optional 0x before them, white space around them
 * @len: characters in @text
 * @name: what the error sentence calls the source
 * @error: receives a sentence, KEY_ERROR_MAX bytes
 *
 * Return: whether @key holds a key now.
 */
bool key_parse_hex(struct key *key, const char *text, size_t len,
		   const char *name, char *error)
{
	const char *start = text;
	size_t i;

	while (len && isspace((unsigned char)text[len - 1]))
		len--;
	while (len && isspace((unsigned char)*text)) {
		text++;
		len--;
	}
	if (len >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		text += 2;
		len -= 2;
	}
	if (!len) {
		snprintf(error, KEY_ERROR_MAX, "%s is empty", name);
		return false;
	}
	for (i = 0; i < len; i++) {
		if (hex_digit(text[i]) >= 0)
			continue;
		snprintf(error, KEY_ERROR_MAX,
			 "%s holds something other than hexadecimal digits at character %zu",
			 name, (size_t)(text - start) + i + 1);
		return false;
	}
	if (len % 2) {
		snprintf(error, KEY_ERROR_MAX,
			 "%s has an odd number of hexadecimal digits (%zu)",
			 name, len);
		return false;
	}
	if (len / 2 > sizeof(key->data)) {
		snprintf(error, KEY_ERROR_MAX,
			 "%s has %zu bytes, more than any key", name, len / 2);
		return false;
	}
	for (i = 0; i < len / 2; i++)
		key->data[i] = (uint8_t)(hex_digit(text[2 * i]) << 4 |
					 hex_digit(text[2 * i + 1]));
	key->len = (uint32_t)(len / 2);
	key->is_set = true;
	return true;
}

static const char *resolve(const char *path, const char *base_dir)
{
	size_t size;
	char *full;

	if (path[0] == '/' || !base_dir)
		return path;
	size = strlen(base_dir) + strlen(path) + 2;
	full = secret_alloc(size);
	snprintf(full, size, "%s/%s", base_dir, path);
	return full;
}

static bool read_text(int fd, const char *name, char *text, size_t *len,
		      char *error)
{
	ssize_t got;

	*len = 0;
	while (*len < KEY_TEXT_MAX) {
		got = read(fd, text + *len, KEY_TEXT_MAX - *len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			snprintf(error, KEY_ERROR_MAX, "cannot read %s: %s",
				 name, strerror(errno));
			return false;
		}
		if (!got)
			return true;
		*len += (size_t)got;
	}
	snprintf(error, KEY_ERROR_MAX, "%s is longer than any key", name);
	return false;
}

static bool read_fd(struct key *key, int fd, const char *name, char *error)
{
	char *text = secret_alloc(KEY_TEXT_MAX);
	struct stat st;
	size_t len;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && key_is_exposed(&st))
		fprintf(stderr,
			"ipsecctl: warning: %s can be read by others than its owner (mode %04o); chmod 600 it\n",
			name, (unsigned int)(st.st_mode & 07777));
	if (!read_text(fd, name, text, &len, error))
		return false;
	return key_parse_hex(key, text, len, name, error);
}

/**
 * key_read_file() - read a key from a file
 * @key: receives the key
 * @path: the file, "-" for standard input
 * @base_dir: directory that a relative @path starts from, NULL for the
 *	working directory
 * @error: receives a sentence, KEY_ERROR_MAX bytes
 *
 * Return: whether @key holds a key now.
 */
bool key_read_file(struct key *key, const char *path, const char *base_dir,
		   char *error)
{
	char name[KEY_ERROR_MAX / 2];
	bool is_read;
	int fd;

	if (!strcmp(path, "-")) {
		key->path = path;
		return read_fd(key, STDIN_FILENO, "standard input", error);
	}
	key->path = resolve(path, base_dir);
	snprintf(name, sizeof(name), "key file '%s'", key->path);
	fd = open(key->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		snprintf(error, KEY_ERROR_MAX, "cannot open %s: %s", name,
			 strerror(errno));
		return false;
	}
	is_read = read_fd(key, fd, name, error);
	close(fd);
	return is_read;
}
