/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames to queues. The kernel asks a classic BPF program which socket of the
 * group gets a frame; ours computes what pkt/worker_hash.h computes, so that a
 * frame comes to the worker that owns its flow. Classic BPF needs no privilege
 * and is in every kernel since 4.3; where it is refused the kernel's own
 * symmetric hash remains, and workers hand over what comes to the wrong one.
 *
 * Tags: the kernel has taken the outer one out before. Extension headers of
 * IPv6 are not followed, nor is the packet that an ICMP error quotes.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <netinet/in.h>

#include "io/port_linux.h"
#include "pkt/worker_hash.h"

#ifndef PACKET_FANOUT_FLAG_IGNORE_OUTGOING
#define PACKET_FANOUT_FLAG_IGNORE_OUTGOING 0x4000
#endif

#define PROGRAM_MAX 160u

struct program {
	struct sock_filter insn[PROGRAM_MAX];
	unsigned int n;
};

static unsigned int
emit(struct program *p, uint16_t code, uint32_t k)
{
	p->insn[p->n] = (struct sock_filter){.code = code, .k = k};
	return p->n++;
}

/* A conditional jump, to be aimed with aim(). */
static unsigned int
emit_if(struct program *p, uint16_t test, uint32_t k)
{
	return emit(p, (uint16_t)(BPF_JMP | test | BPF_K), k);
}

/* Let the jump at `at` go to the next instruction when its test holds, or when
 * it does not. */
static void
aim(struct program *p, unsigned int at, bool holds)
{
	uint8_t distance = (uint8_t)(p->n - at - 1);

	if (holds)
		p->insn[at].jt = distance;
	else
		p->insn[at].jf = distance;
}

/* From here to the next instruction to be emitted, whatever holds. */
static void
aim_always(struct program *p, unsigned int at)
{
	p->insn[at].k = p->n - at - 1;
}

static uint32_t
net(uint32_t offset)
{
	return (uint32_t)SKF_NET_OFF + offset;
}

/* M[0] ^= A */
static void
emit_xor(struct program *p)
{
	emit(p, BPF_LDX | BPF_MEM, 0);
	emit(p, BPF_ALU | BPF_XOR | BPF_X, 0);
	emit(p, BPF_ST, 0);
}

static void
emit_ports(struct program *p, uint32_t protocol_at, uint16_t load_mode,
	uint32_t l4_at)
{
	unsigned int tcp, udp;

	emit(p, BPF_LD | BPF_B | BPF_ABS, net(protocol_at));
	tcp = emit_if(p, BPF_JEQ, IPPROTO_TCP);
	udp = emit_if(p, BPF_JEQ, IPPROTO_UDP);
	aim(p, tcp, true);
	if (load_mode == BPF_IND)
		emit(p, BPF_LDX | BPF_B | BPF_MSH, net(0));
	emit(p, (uint16_t)(BPF_LD | BPF_W | load_mode), net(l4_at));
	emit_xor(p);
	aim(p, udp, false);
}

static void
emit_ipv4(struct program *p)
{
	unsigned int fragment;

	emit(p, BPF_LD | BPF_W | BPF_ABS, net(12));
	emit_xor(p);
	emit(p, BPF_LD | BPF_W | BPF_ABS, net(16));
	emit_xor(p);
	emit(p, BPF_LD | BPF_H | BPF_ABS, net(6));
	fragment = emit_if(p, BPF_JSET, 0x3fff);
	emit_ports(p, 9, BPF_IND, 0);
	aim(p, fragment, true);
}

static void
emit_ipv6(struct program *p)
{
	for (uint32_t at = 8; at < 40; at += 4) {
		emit(p, BPF_LD | BPF_W | BPF_ABS, net(at));
		emit_xor(p);
	}
	emit_ports(p, 6, BPF_ABS, 40);
}

/* From the XOR of words in M[0] to the queue. */
static void
emit_hash(struct program *p, unsigned int queues)
{
	emit(p, BPF_LD | BPF_MEM, 0);
	emit(p, BPF_ALU | BPF_RSH | BPF_K, 16);
	emit_xor(p);
	for (unsigned int bit = 0; bit < 16; bit++) {
		uint32_t add = worker_hash_of((uint16_t)(1u << bit));
		unsigned int clear;

		emit(p, BPF_LD | BPF_MEM, 0);
		clear = emit_if(p, BPF_JSET, 1u << bit);
		emit(p, BPF_LD | BPF_MEM, 1);
		emit(p, BPF_ALU | BPF_XOR | BPF_K, add);
		emit(p, BPF_ST, 1);
		aim(p, clear, false);
	}
	emit(p, BPF_LD | BPF_MEM, 1);
	emit(p, BPF_ALU | BPF_MOD | BPF_K, queues);
	emit(p, BPF_RET | BPF_A, 0);
}

static void
program_make(struct program *p, unsigned int queues)
{
	unsigned int is_v4, not_v6, to_hash;

	p->n = 0;
	emit(p, BPF_LD | BPF_IMM, 0);
	emit(p, BPF_ST, 0);
	emit(p, BPF_ST, 1);
	emit(p, BPF_LD | BPF_W | BPF_ABS,
		(uint32_t)SKF_AD_OFF + SKF_AD_PROTOCOL);
	is_v4 = emit_if(p, BPF_JEQ, ETH_P_IP);
	not_v6 = emit_if(p, BPF_JEQ, ETH_P_IPV6);
	emit_ipv6(p);
	to_hash = emit(p, BPF_JMP | BPF_JA, 0);
	aim(p, is_v4, true);
	emit_ipv4(p);
	aim_always(p, to_hash);
	aim(p, not_v6, false);
	emit_hash(p, queues);
}

static int
join(struct linux_port *p, int kind)
{
	int flags = kind | PACKET_FANOUT_FLAG_IGNORE_OUTGOING;
	int arg = (flags | PACKET_FANOUT_FLAG_UNIQUEID) << 16;
	socklen_t size = sizeof(arg);

	for (unsigned int q = 0; q < p->port.queues; q++) {
		if (setsockopt(p->queue[q].fd, SOL_PACKET, PACKET_FANOUT, &arg,
			    sizeof(arg)) != 0)
			return -errno;
		if (q == 0 && getsockopt(p->queue[0].fd, SOL_PACKET,
				      PACKET_FANOUT, &arg, &size) != 0)
			return -errno;
		arg = (arg & 0xffff) | flags << 16;
	}
	return 0;
}

/*
 * A group without a program gives everything to its first socket, so a refused
 * program is told here, before frames come in numbers.
 */
int
linux_fanout_join(struct linux_port *p)
{
	struct program program;
	struct sock_fprog prog;
	int rc;

	program_make(&program, p->port.queues);
	prog = (struct sock_fprog){
		.len = (unsigned short)program.n, .filter = program.insn};
	rc = join(p, PACKET_FANOUT_CBPF);
	if (rc == -EINVAL) /* before Linux 4.3 */
		return join(p, PACKET_FANOUT_HASH);
	if (rc != 0)
		return rc;
	return setsockopt(p->queue[0].fd, SOL_PACKET, PACKET_FANOUT_DATA, &prog,
		       sizeof(prog)) != 0
		       ? -errno
		       : 0;
}
