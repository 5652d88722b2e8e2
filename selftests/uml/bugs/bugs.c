// SPDX-License-Identifier: GPL-2.0
/*
 * Errors of the kinds that the debug kernel is there to find, one per load:
 * ../runner_test.sh looks whether they are found.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <net/net_namespace.h>

static char *kind = "none";
module_param(kind, charp, 0400);
MODULE_PARM_DESC(kind, "which error");

static DEFINE_MUTEX(mutex_a);
static DEFINE_MUTEX(mutex_b);
static DEFINE_SPINLOCK(lock);
static int __rcu *protected;
static int shift = 40;

static void use_after_free(void)
{
	char *object = kmalloc(100, GFP_KERNEL);

	kfree(object);
	/* The compiler must not see that it is free */
	OPTIMIZER_HIDE_VAR(object);
	WRITE_ONCE(object[10], 1);
}

static void out_of_bounds(void)
{
	char *object = kmalloc(100, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(object);
	WRITE_ONCE(object[100], 1);
	kfree(object);
}

static void lock_order(void)
{
	mutex_lock(&mutex_a);
	mutex_lock(&mutex_b);
	mutex_unlock(&mutex_b);
	mutex_unlock(&mutex_a);
	mutex_lock(&mutex_b);
	mutex_lock(&mutex_a);
	mutex_unlock(&mutex_a);
	mutex_unlock(&mutex_b);
}

static void sleep_in_atomic(void)
{
	spin_lock(&lock);
	might_sleep();
	spin_unlock(&lock);
}

static void leak_memory(void)
{
	unsigned int i;

	/* Some of them may still be on a stack or in a register */
	for (i = 0; i < 10; i++)
		kmalloc(1000, GFP_KERNEL);
}

static int __init bugs_init(void)
{
	if (!strcmp(kind, "use-after-free"))
		use_after_free();
	else if (!strcmp(kind, "out-of-bounds"))
		out_of_bounds();
	else if (!strcmp(kind, "lock-order"))
		lock_order();
	else if (!strcmp(kind, "sleep-in-atomic"))
		sleep_in_atomic();
	else if (!strcmp(kind, "rcu"))
		(void)rcu_dereference(protected);
	else if (!strcmp(kind, "shift"))
		pr_info("bugs: %d\n", 1 << READ_ONCE(shift));
	else if (!strcmp(kind, "leak"))
		leak_memory();
	else if (!strcmp(kind, "namespace"))
		get_net(current->nsproxy->net_ns);
	else if (strcmp(kind, "none"))
		return -EINVAL;
	return 0;
}

static void __exit bugs_exit(void)
{
}

module_init(bugs_init);
module_exit(bugs_exit);
MODULE_DESCRIPTION("Errors that the debug kernel must find");
MODULE_LICENSE("GPL");
