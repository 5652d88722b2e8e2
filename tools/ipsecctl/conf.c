// SPDX-License-Identifier: GPL-2.0
/*
 * A file is read and checked whole before its first statement is applied, and
 * all its errors are reported, not only the first one.
 */
#include "conf.h"
#include "key.h"
#include "lex.h"
#include "parse.h"
#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX ((size_t)64 * 1024 * 1024)

static void complain(struct conf *conf, unsigned int line, const char *format,
		     ...) __attribute__((format(printf, 3, 4)));

static void complain(struct conf *conf, unsigned int line, const char *format,
		     ...)
{
	va_list args;

	conf->errors++;
	if (line)
		fprintf(stderr, "%s:%u: ", conf->name, line);
	else
		fprintf(stderr, "ipsecctl: %s: ", conf->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static struct statement *new_statement(struct conf *conf, unsigned int line)
{
	struct statement *bigger, *st;

	if (conf->count == conf->capacity) {
		conf->capacity = conf->capacity ? conf->capacity * 2 : 64;
		bigger = secret_alloc(conf->capacity * sizeof(*bigger));
		if (conf->count)
			memcpy(bigger, conf->statements,
			       conf->count * sizeof(*bigger));
		conf->statements = bigger;
	}
	st = &conf->statements[conf->count++];
	memset(st, 0, sizeof(*st));
	st->line = line;
	return st;
}

static void add_policies(struct conf *conf, unsigned int line,
			 const struct policy *policy)
{
	struct policy policies[2];
	struct statement *st;
	unsigned int i, count;

	count = model_expand_both(policy, policies);
	for (i = 0; i < count; i++) {
		st = new_statement(conf, line);
		st->kind = STATEMENT_POLICY;
		st->policy = policies[i];
	}
}

static bool unknown_statement(struct parser *p, const char *noun,
			      const char *verb)
{
	static const struct name nouns[] = {
		{ "sa", 0 },
		{ "policy", 0 },
		{ "default", 0 },
		{ "limits", 0 },
		{ "settings", 0 },
		{ NULL, 0 }
	};
	struct suggestion s = { .word = noun };

	names_suggest_table(&s, nouns);
	if (s.distance)
		return parse_fail(p,
				  "'%s' is no statement (sa add, policy add, default, limits, settings)%s",
				  noun, names_did_you_mean(&s));
	return parse_fail(p,
			  "'%s%s%s' is no statement (sa add, policy add, default, limits, settings)",
			  noun, verb ? " " : "", verb ? verb : "");
}

static bool parse_statement(struct parser *p, struct statement *st)
{
	const char *noun = parse_next(p);
	const char *verb = parse_peek(p);
	bool is_add = verb && !strcmp(verb, "add");

	if (!strcmp(noun, "sa") && is_add) {
		p->pos++;
		st->kind = STATEMENT_SA;
		return parse_sa_add(p, &st->sa);
	}
	if (!strcmp(noun, "policy") && is_add) {
		p->pos++;
		st->kind = STATEMENT_POLICY;
		return parse_policy_add(p, &st->policy);
	}
	st->kind = STATEMENT_CONFIG;
	if (!strcmp(noun, "default"))
		return parse_default(p, &st->config);
	if (!strcmp(noun, "limits") && verb)
		return parse_limits(p, &st->config);
	if (!strcmp(noun, "settings") && verb)
		return parse_settings(p, &st->config);
	return unknown_statement(p, noun, verb);
}

static void add_statement(struct conf *conf, const struct lexer *lex,
			  struct parser *p)
{
	struct statement *st = secret_alloc(sizeof(*st));

	parse_init(p, (char **)lex->words, lex->count);
	if (!parse_statement(p, st)) {
		complain(conf, lex->line, "%s", p->error);
		return;
	}
	if (st->kind == STATEMENT_POLICY) {
		add_policies(conf, lex->line, &st->policy);
		return;
	}
	st->line = lex->line;
	*new_statement(conf, lex->line) = *st;
}

static bool is_same_object(const struct statement *a,
			   const struct statement *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == STATEMENT_SA)
		return a->sa.spi == b->sa.spi && a->sa.proto == b->sa.proto &&
		       !memcmp(&a->sa.dst, &b->sa.dst, sizeof(a->sa.dst));
	return a->kind == STATEMENT_POLICY &&
	       a->policy.dir == b->policy.dir &&
	       a->policy.priority == b->policy.priority &&
	       model_selector_equal(&a->policy.selector, &b->policy.selector);
}

static uint64_t mix(uint64_t hash, const void *data, size_t len)
{
	const uint8_t *bytes = data;
	size_t i;

	for (i = 0; i < len; i++)
		hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static uint64_t hash_of(const struct statement *st)
{
	const struct selector *sel = &st->policy.selector;
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	if (st->kind == STATEMENT_SA) {
		hash = mix(hash, &st->sa.spi, sizeof(st->sa.spi));
		return mix(hash, st->sa.dst.bytes, sizeof(st->sa.dst.bytes));
	}
	hash = mix(hash, &st->policy.priority, sizeof(st->policy.priority));
	hash = mix(hash, sel->local.range, sizeof(sel->local.range[0]));
	return mix(hash, sel->remote.range, sizeof(sel->remote.range[0]));
}

static void complain_same(struct conf *conf, const struct statement *old,
			  const struct statement *st)
{
	if (st->kind == STATEMENT_SA)
		complain(conf, st->line,
			 "the same SA (protocol, spi and dst) is already added on line %u",
			 old->line);
	else
		complain(conf, st->line,
			 "the same policy (direction, priority and selector) is already added on line %u",
			 old->line);
}

/* The kernel refuses duplicates; find them before anything is applied. */
static void check_duplicates(struct conf *conf)
{
	const struct statement **table, *st;
	size_t size = 64, slot;
	unsigned int i;

	while (size < 2 * (size_t)conf->count)
		size *= 2;
	table = calloc(size, sizeof(*table));
	if (!table)
		return;
	for (i = 0; i < conf->count; i++) {
		st = &conf->statements[i];
		if (st->kind == STATEMENT_CONFIG)
			continue;
		slot = hash_of(st) & (size - 1);
		while (table[slot] && !is_same_object(table[slot], st))
			slot = (slot + 1) & (size - 1);
		if (table[slot])
			complain_same(conf, table[slot], st);
		else
			table[slot] = st;
	}
	free(table);
}

static char *read_all(struct conf *conf, int fd, size_t *len)
{
	size_t size = 64 * 1024;
	char *text = secret_alloc(size), *bigger;
	ssize_t got;

	*len = 0;
	while ((got = read(fd, text + *len, size - *len)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || *len + (size_t)got > FILE_MAX) {
			complain(conf, 0, "%s", strerror(got < 0 ? errno :
							 EFBIG));
			return NULL;
		}
		*len += (size_t)got;
		if (*len < size)
			continue;
		bigger = secret_alloc(size * 2);
		memcpy(bigger, text, size);
		text = bigger;
		size *= 2;
	}
	return text;
}

static const char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return NULL;
	return slash == path ? "/" : secret_strndup(path,
						    (size_t)(slash - path));
}

static bool read_fd(struct conf *conf, int fd, const char *base_dir)
{
	struct parser *p = secret_alloc(sizeof(*p));
	struct lexer *lex = secret_alloc(sizeof(*lex));
	bool is_exposed;
	struct stat st;
	char *text;
	size_t len;

	if (fstat(fd, &st) < 0) {
		complain(conf, 0, "%s", strerror(errno));
		return false;
	}
	is_exposed = key_is_exposed(&st);
	text = read_all(conf, fd, &len);
	if (!text)
		return false;
	lex_init(lex, text, len);
	while (lex_statement(lex)) {
		if (lex->error[0]) {
			complain(conf, lex->line, "%s", lex->error);
			continue;
		}
		p->source = is_exposed ? PARSE_EXPOSED_FILE : PARSE_FILE;
		p->base_dir = base_dir;
		add_statement(conf, lex, p);
	}
	check_duplicates(conf);
	return !conf->errors;
}

/**
 * conf_read() - read and check a configuration; errors go to stderr
 * @conf: receives the statements
 * @path: the file, "-" for standard input
 *
 * Return: true when there was no error.
 */
bool conf_read(struct conf *conf, const char *path)
{
	bool is_stdin = !strcmp(path, "-");
	bool is_read;
	int fd;

	memset(conf, 0, sizeof(*conf));
	conf->name = is_stdin ? "stdin" : path;
	if (is_stdin)
		return read_fd(conf, STDIN_FILENO, NULL);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		complain(conf, 0, "%s", strerror(errno));
		return false;
	}
	is_read = read_fd(conf, fd, directory_of(path));
	close(fd);
	return is_read;
}
