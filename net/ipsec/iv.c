// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: IVs of outbound packets
 *
 * We make them ourselves, without the generators of the crypto API.
 *
 * CBC needs IVs that nobody can predict (RFC 3602 3): random ones.
 *
 * Counter modes need IVs that never repeat under a key, and which both ends may
 * know. Where they come from is in their most significant bit:
 *
 * - 1: from the pool of iv_pool.c, whose start is random in each load of the
 *   module. Within a load they never repeat. For a key that is loaded again
 *   after a reboot, by hand, that is no more than probable.
 * - 0: they are the sequence numbers of an SA with ``seq``, whose user keeps
 *   count over reboots. iv_seq.c sees to it that no key is given twice with the
 *   same numbers.
 */
#include "iv.h"

#include <asm/unaligned.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/string.h>

#include "alg.h"
#include "packet.h"
#include "sa.h"

static char *test_iv;
module_param(test_iv, charp, 0400);
MODULE_PARM_DESC(test_iv,
		 "32 hexadecimal digits in place of random IVs; counters begin with the first 16 (for tests; never with real keys)");

static u8 fixed_iv[IPSEC_MAX_IV_LEN];
static struct ipsec_iv_pool pool;
static DEFINE_PER_CPU(struct ipsec_iv_chunk, chunk);

/**
 * ipsec_iv_init() - choose where the IVs of this load begin
 *
 * Return: 0, or -EINVAL when the module parameter is wrong.
 */
int ipsec_iv_init(void)
{
	if (!test_iv) {
		pool.start = get_random_u64() | IPSEC_IV_POOL_BIT;
		return 0;
	}
	if (strlen(test_iv) != 2 * sizeof(fixed_iv) ||
	    hex2bin(fixed_iv, test_iv, sizeof(fixed_iv))) {
		pr_err("ipsec: test_iv is not 32 hexadecimal digits\n");
		return -EINVAL;
	}
	pool.start = get_unaligned_be64(fixed_iv);
	return 0;
}

static void make_random(u8 *iv, unsigned int len)
{
	if (unlikely(test_iv))
		memcpy(iv, fixed_iv, len);
	else
		get_random_bytes(iv, len);
}

/**
 * ipsec_iv_make() - make the IV of a packet
 * @pkt: outbound, with its sequence number; gets the IV, which is not yet in
 *	the packet
 *
 * Context: BH disabled.
 */
void ipsec_iv_make(struct ipsec_packet *pkt)
{
	const struct ipsec_sa *sa = pkt->sa;
	const struct ipsec_alg *alg = sa->enc ? : sa->auth;

	switch (alg->iv) {
	case IPSEC_IV_COUNTER:
		put_unaligned_be64(sa->is_iv_seq ? pkt->seq :
				   ipsec_iv_pool_next(&pool,
						      this_cpu_ptr(&chunk)),
				   pkt->iv);
		break;
	case IPSEC_IV_RANDOM:
		make_random(pkt->iv, alg->iv_len);
		break;
	case IPSEC_IV_NONE:
		break;
	}
}
