/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of version 1 of QEMU's TCG plugin interface that count.c uses.
 * Debian's QEMU loads plugins but ships no header.  Names, types and values are
 * those of QEMU's include/qemu/qemu-plugin.h; only what is used is declared, for
 * a 64-bit host, where its uint64_t, and so its qemu_plugin_id_t, is an unsigned
 * long.
 *
 * Unless said otherwise a handle is QEMU's and good only until the callback
 * that it was given to returns, and a callback runs on the vCPU's thread.
 */
#ifndef BENCH_PLUGIN_H
#define BENCH_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>

#define QEMU_PLUGIN_VERSION	1

/* For what QEMU looks up in the plugin. */
#define QEMU_PLUGIN_EXPORT	__attribute__((visibility("default")))

/* A block of instructions that is being translated, and one of its instructions. */
struct qemu_plugin_tb;
struct qemu_plugin_insn;

/**
 * struct qemu_plugin_info - QEMU's qemu_info_t: what it is that runs here
 * @target_name: the guest's architecture
 * @version: the interface: the oldest version QEMU takes, and its own
 * @system_emulation: a machine, not a program
 * @smp_vcpus: vCPUs at the start
 * @max_vcpus: vCPUs that there can be
 *
 * QEMU has the last two in a union within a union, which lies the same.
 */
struct qemu_plugin_info {
	const char *target_name;
	struct {
		int min;
		int cur;
	} version;
	bool system_emulation;
	int smp_vcpus;
	int max_vcpus;
};

/**
 * enum qemu_plugin_cb_flags - what a callback does with the guest's registers
 * @QEMU_PLUGIN_CB_NO_REGS: nothing, and version 1 offers no more
 */
enum qemu_plugin_cb_flags {
	QEMU_PLUGIN_CB_NO_REGS = 0,
};

/**
 * enum qemu_plugin_mem_rw - which accesses to memory are of interest
 * @QEMU_PLUGIN_MEM_RW: reads and writes
 */
enum qemu_plugin_mem_rw {
	QEMU_PLUGIN_MEM_RW = 3,
};

/**
 * enum qemu_plugin_op - what generated code can do without a call
 * @QEMU_PLUGIN_INLINE_ADD_U64: add a constant to a 64-bit variable
 */
enum qemu_plugin_op {
	QEMU_PLUGIN_INLINE_ADD_U64 = 0,
};

/**
 * typedef qemu_plugin_vcpu_tb_trans_cb_t - a block is being translated
 * @id: this plugin
 * @tb: the block
 */
typedef void (*qemu_plugin_vcpu_tb_trans_cb_t)(unsigned long id,
					       struct qemu_plugin_tb *tb);

/**
 * typedef qemu_plugin_vcpu_udata_cb_t - a block or an instruction is executed
 * @vcpu_index: by which vCPU
 * @userdata: what was registered with the callback
 */
typedef void (*qemu_plugin_vcpu_udata_cb_t)(unsigned int vcpu_index,
					    void *userdata);

/**
 * typedef qemu_plugin_vcpu_mem_cb_t - an instruction has accessed memory
 * @vcpu_index: by which vCPU
 * @info: for qemu_plugin_mem_size_shift()
 * @vaddr: the guest's virtual address
 * @userdata: what was registered with the callback
 */
typedef void (*qemu_plugin_vcpu_mem_cb_t)(unsigned int vcpu_index, unsigned int info,
					  unsigned long vaddr, void *userdata);

/* QEMU looks this up: the version that the plugin was made for. */
extern QEMU_PLUGIN_EXPORT int qemu_plugin_version;

/**
 * qemu_plugin_install() - called by QEMU when it has loaded the plugin
 * @id: this plugin
 * @info: good during the call
 * @argc: arguments in @argv
 * @argv: each "name=value"; good as long as QEMU runs
 *
 * Return: 0, or anything else to make QEMU give up.
 */
QEMU_PLUGIN_EXPORT int qemu_plugin_install(unsigned long id,
					   const struct qemu_plugin_info *info,
					   int argc, char **argv);

/**
 * qemu_plugin_register_vcpu_tb_trans_cb() - be called for each translation
 * @id: this plugin
 * @cb: the callback, which can register others on the block it is given
 */
void qemu_plugin_register_vcpu_tb_trans_cb(unsigned long id,
					   qemu_plugin_vcpu_tb_trans_cb_t cb);

/**
 * qemu_plugin_register_vcpu_tb_exec_cb() - be called when a block is entered
 * @tb: the block
 * @cb: the callback
 * @flags: QEMU_PLUGIN_CB_NO_REGS
 * @userdata: is handed to @cb
 */
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb,
					  qemu_plugin_vcpu_udata_cb_t cb,
					  enum qemu_plugin_cb_flags flags,
					  void *userdata);

/**
 * qemu_plugin_register_vcpu_insn_exec_cb() - be called before an instruction
 * @insn: the instruction
 * @cb: the callback
 * @flags: QEMU_PLUGIN_CB_NO_REGS
 * @userdata: is handed to @cb
 */
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    qemu_plugin_vcpu_udata_cb_t cb,
					    enum qemu_plugin_cb_flags flags,
					    void *userdata);

/**
 * qemu_plugin_register_vcpu_insn_exec_inline() - count without a call
 * @insn: the instruction before which it is done
 * @op: what
 * @ptr: to which 64-bit variable, which is the plugin's
 * @imm: with what
 */
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn,
						enum qemu_plugin_op op,
						void *ptr, unsigned long imm);

/**
 * qemu_plugin_register_vcpu_mem_cb() - be called after an access to memory
 * @insn: the instruction that makes it
 * @cb: the callback
 * @flags: QEMU_PLUGIN_CB_NO_REGS
 * @rw: which accesses
 * @userdata: is handed to @cb
 */
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
				      qemu_plugin_vcpu_mem_cb_t cb,
				      enum qemu_plugin_cb_flags flags,
				      enum qemu_plugin_mem_rw rw,
				      void *userdata);

/**
 * qemu_plugin_mem_size_shift() - size of an access
 * @info: as the callback was given it
 *
 * Return: its binary logarithm, 0 for a byte.
 */
unsigned int qemu_plugin_mem_size_shift(unsigned int info);

/**
 * qemu_plugin_mem_is_store() - kind of an access
 * @info: as the callback was given it
 *
 * Return: true for a write.
 */
bool qemu_plugin_mem_is_store(unsigned int info);

/**
 * qemu_plugin_tb_n_insns() - instructions in a block
 * @tb: the block
 *
 * Return: how many.
 */
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);

/**
 * qemu_plugin_tb_vaddr() - where a block begins
 * @tb: the block
 *
 * Return: the guest's virtual address.
 */
unsigned long qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);

/**
 * qemu_plugin_tb_get_insn() - one instruction of a block
 * @tb: the block
 * @idx: which, from 0
 *
 * Return: its handle.
 */
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb,
						 size_t idx);

/**
 * qemu_plugin_insn_data() - the bytes of an instruction
 * @insn: the instruction
 *
 * Return: QEMU's copy of them.
 */
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);

/**
 * qemu_plugin_insn_size() - how many bytes these are
 * @insn: the instruction
 *
 * Return: bytes.
 */
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);

/**
 * qemu_plugin_insn_vaddr() - where an instruction lies
 * @insn: the instruction
 *
 * Return: the guest's virtual address.
 */
unsigned long qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);

#endif /* BENCH_PLUGIN_H */
