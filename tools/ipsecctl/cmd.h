/* SPDX-License-Identifier: GPL-2.0 */
/* The commands, and what they share. */
#ifndef IPSECCTL_CMD_H
#define IPSECCTL_CMD_H

#include "model.h"
#include "nl.h"
#include "parse.h"

/** enum exit_code - what main() returns */
enum exit_code {
	EXIT_DONE = 0,
	EXIT_REFUSED = 1,
	EXIT_USAGE = 2,
};

/**
 * struct options - words that begin with a dash
 * @is_json: -j
 * @is_check: -n
 * @is_all: -a
 * @is_help: -h
 * @is_version: -V
 */
struct options {
	bool is_json;
	bool is_check;
	bool is_all;
	bool is_help;
	bool is_version;
};

int cmd_usage(const char *command, const char *sentence);
int cmd_parse_failed(const char *command, const struct parser *p);
int cmd_refused(void);
int cmd_done(const struct options *opts);
bool cmd_send_simple(uint8_t cmd);

int cmd_sa(struct parser *p, const struct options *opts);
int cmd_policy(struct parser *p, const struct options *opts);
int cmd_default(struct parser *p, const struct options *opts);
int cmd_limits(struct parser *p, const struct options *opts);
int cmd_settings(struct parser *p, const struct options *opts);
int cmd_stats(struct parser *p, const struct options *opts);
int cmd_explain(struct parser *p, const struct options *opts);
int cmd_load(struct parser *p, const struct options *opts);
int cmd_acquire(struct parser *p, const struct options *opts);
int cmd_monitor(struct parser *p, const struct options *opts);
int cmd_show(struct parser *p, const struct options *opts);
int cmd_flush(struct parser *p, const struct options *opts);
int cmd_algorithms(struct parser *p, const struct options *opts);

bool sa_send_new(const struct sa *sa);
bool sa_send_del(const struct sa *sa);
bool sa_list(const struct sa *filter);
bool policy_send_new(const struct policy *policy, uint32_t *index);
bool policy_send_del(const struct policy *policy);
bool policy_list(uint8_t dir);
bool config_get(struct config *config);
bool config_set(const struct config *config);

#endif /* IPSECCTL_CMD_H */
