/* SPDX-License-Identifier: GPL-2.0 */
/* Generic netlink: one request, its answers, and what was wrong with it. */
#ifndef IPSECCTL_NL_H
#define IPSECCTL_NL_H

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdbool.h>
#include <stdint.h>

#define NL_GROUPS_MAX 2

/**
 * typedef nl_answer - called for each message that is an answer or an event
 * @cmd: IPSEC_CMD_*
 * @nlh: the message
 * @arg: what the caller of nl_talk() or nl_listen() gave
 */
typedef void nl_answer(uint8_t cmd, const struct nlmsghdr *nlh, void *arg);

struct nlmsghdr *nl_request(uint8_t cmd, uint16_t flags);
bool nl_talk(struct nlmsghdr *nlh, nl_answer *answer, void *arg);
bool nl_listen(const char *const *groups, nl_answer *answer, void *arg);
const char *nl_error(void);

#endif /* IPSECCTL_NL_H */
