// SPDX-License-Identifier: GPL-2.0
/*
 * Everything that may hold key material (the text of a configuration, its
 * words, the statements, netlink messages) is allocated here. The memory is
 * given back only at exit, after it was wiped.
 */
#include "secret.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define CHUNK_SIZE ((size_t)256 * 1024)

/**
 * struct chunk - one mapping
 * @next: older mapping
 * @size: bytes, this header included
 * @used: bytes given away, this header included
 */
struct chunk {
	struct chunk *next;
	size_t size;
	size_t used;
};

static struct chunk *chunks;

static void wipe_all(void)
{
	struct chunk *chunk, *next;

	for (chunk = chunks; chunk; chunk = next) {
		next = chunk->next;
		explicit_bzero(chunk, chunk->size);
	}
	chunks = NULL;
}

/**
 * secret_init() - no core dumps, and wipe secret memory when the program ends
 */
void secret_init(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	atexit(wipe_all);
}

static struct chunk *chunk_new(size_t at_least)
{
	size_t size = CHUNK_SIZE;
	struct chunk *chunk;

	if (at_least > size)
		size = (at_least + 4095) & ~(size_t)4095;
	chunk = mmap(NULL, size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (chunk == MAP_FAILED) {
		perror("ipsecctl: mmap");
		exit(1);
	}
	/* Both are best effort: RLIMIT_MEMLOCK is small for most users. */
	(void)mlock(chunk, size);
	(void)madvise(chunk, size, MADV_DONTDUMP);
	chunk->size = size;
	chunk->used = (sizeof(*chunk) + 15) & ~(size_t)15;
	chunk->next = chunks;
	chunks = chunk;
	return chunk;
}

/**
 * secret_alloc() - memory for something that may hold a key
 * @size: bytes
 *
 * Return: zeroed memory, never NULL; it is not freed before the program ends.
 */
void *secret_alloc(size_t size)
{
	struct chunk *chunk = chunks;
	size_t want = (size + 15) & ~(size_t)15;
	void *mem;

	if (!chunk || chunk->size - chunk->used < want)
		chunk = chunk_new(want + 64);
	mem = (uint8_t *)chunk + chunk->used;
	chunk->used += want;
	return mem;
}

/**
 * secret_strndup() - copy text into secret memory
 * @text: the text
 * @len: characters to copy
 *
 * Return: the copy, with a 0 behind it; never NULL.
 */
char *secret_strndup(const char *text, size_t len)
{
	char *copy = secret_alloc(len + 1);

	memcpy(copy, text, len);
	return copy;
}
