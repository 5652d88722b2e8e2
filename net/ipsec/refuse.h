/* SPDX-License-Identifier: GPL-2.0 */
/* How a request is refused: with a sentence. */
#ifndef _NET_IPSEC_REFUSE_H
#define _NET_IPSEC_REFUSE_H

#include <linux/errno.h>
#include <linux/netlink.h>

/**
 * IPSEC_REFUSE() - refuse a request
 * @extack: where the answer goes
 * @attr: the attribute that is wrong, or NULL
 * @msg: literal; one sentence that names what is wrong
 *
 * Return: -EINVAL.
 */
#define IPSEC_REFUSE(extack, attr, msg) ({		\
	NL_SET_ERR_MSG_ATTR(extack, attr, msg);		\
	-EINVAL;					\
})

/**
 * IPSEC_MISSING() - refuse a request that lacks an attribute
 * @extack: where the answer goes
 * @type: number of the attribute
 * @msg: literal; one sentence that names what is missing
 *
 * Return: -EINVAL.
 */
#define IPSEC_MISSING(extack, type, msg) ({			\
	struct netlink_ext_ack *__answer = (extack);		\
								\
	NL_SET_ERR_ATTR_MISS(__answer, NULL, type);		\
	NL_SET_ERR_MSG(__answer, msg);				\
	-EINVAL;						\
})

#endif /* _NET_IPSEC_REFUSE_H */
