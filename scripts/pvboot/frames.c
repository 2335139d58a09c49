// SPDX-License-Identifier: GPL-2.0-only
/*
 * The functions that are in every call trace.
 */
#include "compiler.h"
#include "report.h"

#include <string.h>

/*
 * The machinery, by kind.  A maintainer who meets a title that names some helper
 * adds it to the names of its kind; '*' stands for anything.
 */

/* Named like machinery, but worth a title. */
static const char * const worth[] = {
	"rcu_gp_*", "kmem_cache_destroy", "handle_mm_fault",
	NULL
};

/* What is in every trace, and guilty of nothing. */
static const char * const never[] = {
	/* what prints the report */
	"dump_stack*", "__dump_stack", "dump_backtrace*", "show_stack*", "show_regs*",
	"show_trace*", "__show_*", "dump_trace*", "print_address*", "print_report*",
	"print_usage*", "print_circular*", "print_deadlock*", "print_unlock*",
	"print_freed*", "print_bad*", "print_irq*", "print_shortest*", "print_trailer*",
	"print_tainted", "print_modules", "print_worker_info", "print_vma_addr",
	"print_cpu_stall*", "print_other_cpu*", "check_cpu_stall*", "dump_cpu_task*",
	"_sched_show*", "show_one_task", "try_invoke_on_locked*", "print_unref*",
	"print_memory*", "print_error*", "print_held*", "print_*_bug*", "print_collision",
	"print_kernel*", "printk*", "_printk*", "vprintk*", "__printk*", "dev_printk*",
	"__dev_printk*", "dev_vprintk*", "early_printk", "netdev_printk",
	"__netdev_printk", "panic", "*_panic", "vpanic", "die", "__die*", "die_addr",
	"die_kernel_fault", "oops_begin", "oops_end", "oops_enter", "oops_exit", "__warn*",
	"warn_slowpath*", "report_bug*", "__report_bug*", "handle_bug", "fixup_bug*",
	"lockdep*", "__lockdep*", "assfail*", "assertfail*", "spin_bug", "spin_dump",
	"rwlock_bug*", "slab_err", "object_err", "*_err_once", "rcu_lockdep*",
	"save_trace*", "save_stack*", "stack_trace*", "stack_depot*", "arch_stack_walk",
	"debug_show_all_locks", "debug_show_held_locks", "sched_show*",
	"touch_softlockup*", "touch_nmi*", "touch_all*", "add_taint", "ubsan*", "__ubsan*",
	"dev_err", "dev_warn", "dev_notice", "_dev_*", "netdev_warn", "netdev_err",
	"bust_spinlocks", "crash_kexec*", "handle_overflow", "val_to_string",
	"ref_tracker*", "warn_bogus_irq*", "__report_*", "*rust_begin_unwind*", "core::*",
	"alloc::*", "rust_helper_*", "check_panic_on*", "__this_cpu_preempt*",
	"check_preemption*", "debug_smp_processor_id", "skb_panic", "skb_over_panic",
	"skb_under_panic",
	/* traps */
	"do_error_trap*", "do_trap*", "do_invalid_op", "invalid_op",
	"do_general_protection", "general_protection", "page_fault", "async_page_fault",
	"trace_page_fault", "trace_do_page_fault", "do_page_fault", "__do_page_fault",
	"do_async_page_fault", "do_boot_page_fault", "handle_page_fault",
	"page_fault_oops", "do_divide_error", "divide_error", "do_double_fault",
	"double_fault", "do_int3", "int3", "do_debug", "debug", "do_user_addr_fault",
	"do_kern_addr_fault", "bad_area*", "__bad_area*", "no_context",
	"kernelmode_fixup*", "fixup_exception", "exc_*", "asm_exc_*", "xen_asm_exc*",
	"noist_exc_*", "error_entry", "error_exit", "paranoid_*", "handle_stack_overflow",
	"handle_invalid_op", "do_stack_segment", "do_sea", "do_mem_abort", "el1*", "el0t*",
	"handle_mm_fault_oops", "do_alignment*", "do_machine_check", "machine_check",
	"mce_panic", "early_fixup_exception", "early_idt_handler*", "do_early_exception",
	"__stack_chk_fail", "fortify_*", "__fortify_*", "usercopy_*",
	"__check_object_size", "__check_heap_object", "check_heap_object", "check_object*",
	"__copy_overflow", "copy_overflow", "check_copy_size", "check_stack_object",
	"report_usercopy", "bad_stack*", "early_xen_iret_patch*", "__dabt_svc",
	"__pabt_svc", "__und_svc",
	/* interrupts, clocks, and the watchdogs that they run */
	"asm_sysvec*", "sysvec_*", "__sysvec*", "*apic_timer_interrupt",
	"common_interrupt", "smp_*interrupt", "call_function*interrupt",
	"reschedule_interrupt", "local_apic_timer*", "timer_interrupt", "retint_*",
	"ret_from_intr", "do_IRQ", "handle_irq*", "__handle_irq*", "generic_handle*",
	"__generic_handle*", "handle_percpu*", "handle_edge*", "handle_fasteoi*",
	"handle_level*", "irq_enter*", "nmi", "nmi_*", "do_nmi", "default_do_nmi",
	"exc_nmi", "end_repeat_nmi", "asm_exc_nmi", "repeat_nmi", "hrtimer_interrupt",
	"__hrtimer_run*", "hrtimer_run*", "__run_hrtimer", "tick_*", "__tick_*",
	"update_process_times", "scheduler_tick", "sched_tick", "account_process_tick",
	"task_tick*", "watchdog_timer_fn", "watchdog_overflow*", "watchdog_hardlockup*",
	"watchdog_nmi*", "watchdog_check_hard*", "*_watchdog_overflow*",
	"perf_event_*overflow*", "__perf_event_overflow*", "perf_event_nmi*",
	"intel_pmu_handle*", "x86_pmu_handle*", "trigger_all*", "trigger_single*",
	"trigger_cpumask*", "arch_trigger*", "*cpumask_backtrace*", "*cpu_backtrace*",
	"*evtchn_do_upcall*", "handle_irq_for_port", "xen_do_hypervisor*",
	"xen_hvm_callback*", "evtchn_2l_handle*", "evtchn_fifo_handle*",
	"xen_timer_interrupt", "xen_reschedule*", "xen_call_func*", "flush_smp_call*",
	"generic_smp_call*", "__flush_smp_call*", "stop_machine_cpuslocked",
	"trace_hardirqs*", "*trace_hardirqs*", "trace_softirqs*", "trace_irq_*",
	"arch_local_*", "raw_local_irq*", "local_irq*", "native_irq*", "native_save_fl*",
	"native_restore_fl", "native_safe_halt*", "hypercall_page", "xen_hypercall*",
	"HYPERVISOR_*", "trace_preempt*", "preempt_count*", "preempt_latency*",
	"__preempt_count*", "vector_allocation*", "native_write_msr*", "native_read_msr*",
	"*_thunk*", "*return_thunk*", "x86_indirect*", "__fentry__", "ftrace_call",
	"ftrace_caller*", "ftrace_regs_call*", "ftrace_ops_*", "ftrace_trampoline*",
	"trace_call_bpf", "asm_call_*", "irqentry_*", "exiting_irq", "entering_irq",
	"irq_entries_start", "__irqentry*", "reboot_interrupt",
	/* locks */
	"lock_acquire*", "lock_release*", "lock_is_held*", "lock_acquired",
	"lock_contended", "lock_downgrade", "lock_pin*", "lock_unpin*", "lock_set_*",
	"lock_repin*", "lock_map_*", "lock_class*", "__lock_acquire*", "__lock_release*",
	"__lock_is_held*", "__lock_set*", "__lock_downgrade", "__lock_contended",
	"__lock_pin*", "validate_chain*", "check_prev*", "check_noncirc*",
	"check_irq_usage", "check_usage*", "check_wait_cont*", "check_deadlock",
	"check_flags", "check_chain*", "mark_lock*", "mark_held*", "mark_all_held*",
	"mark_usage", "find_held_lock", "reacquire_held*", "register_lock_class*",
	"look_up_lock*", "hlock_class", "add_lock*", "lookup_chain*", "match_held*",
	"valid_state", "save_trace", "_raw_spin_*", "__raw_spin_*", "do_raw_spin_*",
	"_raw_read_*", "__raw_read_*", "do_raw_read_*", "_raw_write_*", "__raw_write_*",
	"do_raw_write_*", "do_raw_*", "*queued_spin*", "*queued_read*", "*queued_write*",
	"queue_read_*", "queue_write_*", "pv_wait*", "pv_kick*", "pv_hash*", "xen_qlock*",
	"kvm_kick*", "spin_lock*", "spin_unlock*", "spin_trylock*", "spin_is*", "__spin_*",
	"__read_lock*", "__write_lock*", "__raw_*", "read_lock*", "read_unlock*",
	"write_lock*", "write_unlock*", "write_trylock*", "ticket_spin*", "__ticket*",
	"debug_spin*", "debug_check_no_locks*", "debug_locks_off*", "debug_rt_mutex*",
	"mutex_*", "__mutex_*", "ww_mutex_*", "__ww_*", "rt_mutex*", "owner_on_cpu",
	"__rt_mutex*", "rtlock_*", "rt_spin_*", "rt_read_*", "rt_write_*", "down",
	"down_read*", "down_write*", "down_trylock", "down_interruptible", "down_timeout",
	"down_killable", "up", "up_read*", "up_write*", "__down", "__down_*", "__up",
	"__up_*", "rwsem_*", "call_rwsem*", "percpu_down*", "percpu_up*", "__percpu_down*",
	"percpu_rwsem*", "local_lock*", "__local_bh*", "_local_bh*", "local_bh_*", "osq_*",
	"mcs_spin_*", "seqprop*", "read_seq*", "write_seq*", "do_read_seq*",
	"do_write_seq*", "u64_stats*", "__seqprop*", "srcu_*", "__srcu_*", "rcu_*",
	"__rcu_*", "print_lock*", "need_resched", "class_*_ctor", "class_*_constructor",
	"class_*_destructor", "*_slowpath", "*_slow_path", "___might*", "__might*",
	"might_*", "trace_lock*", "rq_lock*", "task_rq_lock", "__task_rq_lock",
	"raw_spin_rq_*", "_raw_spin_rq_*", "this_rq_lock*", "double_rq_*", "double_lock_*",
	"ldsem_*", "call_rcu*", "__call_rcu*", "kfree_call_rcu*", "kvfree_call_rcu*",
	"*_dec_and_lock*", "reiserfs_write_lock*", "reiserfs_write_unlock*", "init_srcu*",
	"*srcu_struct*", "lock_timer_base", "tty_ldisc_lock*", "task_blocks_on_rt*",
	"get_online_cpus", "cpus_read_*", "folio_unlock", "unlock_page",
	/* going to sleep, and waiting */
	"schedule", "schedule_timeout*", "schedule_hr*", "schedule_preempt*",
	"schedule_rtlock", "schedule_debug", "__schedule*", "context_switch",
	"io_schedule*", "preempt_schedule*", "_cond_resched", "__cond_resched*",
	"cond_resched*", "wait_for_compl*", "wait_for_common*", "do_wait_for*",
	"__wait_for_*", "__wait_on_bit*", "wait_on_bit*", "__wait_on_buffer",
	"folio_wait_bit*", "__folio_lock*", "folio_lock*", "__lock_page*", "lock_page*",
	"wait_on_page_bit*", "out_of_line_wait*", "bit_wait*", "__wait_rcu_gp",
	"wait_rcu_gp", "prepare_to_wait*", "finish_wait", "__synchronize_srcu*",
	"_synchronize_rcu_exp*", "__lock_sock*",
	 "wait_woken", "sleep_on*",
	"msleep*", "usleep_range*", "__flush_work*", "flush_work", "flush_workqueue",
	"__flush_workqueue", "flush_delayed_work", "__cancel_work*", "cancel_work_sync",
	"cancel_delayed_work_sync", "drain_workqueue", "destroy_workqueue", "try_to_grab*",
	"start_flush_work", "__wake_up*", "wake_up", "wake_up_process", "wake_up_q",
	"wake_up_state", "wake_up_bit", "wake_up_var", "wake_up_all*", "try_to_wake_up",
	"kthread_stop", "autoremove_wake*", "default_wake*", "complete", "complete_all",
	"swake_up*", "io_wait*", "queue_work*", "__queue_work*", "queue_delayed_work*",
	"__queue_delayed*", "mod_delayed_work*", "check_flush_dep*", "kthread_flush*",
	"kthread_park", "kthread_unpark", "__synchronize_hardirq", "__sched_text_start",
	"schedule_bug", "__switch_to", "__switch_to_asm",
	/* those that watch memory, and objects */
	"kasan_*", "__kasan_*", "__asan_*", "*kmsan*", "__msan_*", "*kcsan*", "__tsan_*",
	"tsan_*", "kfence_*", "__kfence_*", "__sanitizer*", "__hwasan*", "check_memory*",
	"memory_is_poisoned*", "describe_*", "qlist_*", "quarantine*", "qlink_free",
	"qlink_to_*", "__cfi_*", "*debug_object*", "debug_check_no_obj*", "__debug_check*",
	"debug_print_object", "debug_timer*", "debug_hrtimer*", "debug_work*",
	"debug_rcu*", "debug_lockdep*", "debug_mutex*", "debug_deactivate",
	"debug_activate", "debug_init", "debug_assert*", "*_is_static_object",
	"timer_fixup*", "work_fixup*", "hrtimer_fixup*", "rcuhead_fixup*", "refcount_*",
	"__refcount_*", "kref_*", "kobject_*", "kobj_kset_*", "kobj_attr*", "kset_*",
	"add_uevent_var", "device_add", "device_del", "device_register",
	"device_unregister", "device_create*", "device_destroy", "device_initialize",
	"device_release*", "get_device", "get_device_parent*",
	"cleanup_glue*", "klist_*", "devm_k*", "devm_add_action*", "devm_release_action",
	"devm_device_add_group*", "sysfs_warn*", "kmemleak*", "create_object*",
	"sysfs_remove_*", "sysfs_create_*", "devres_*", "dpm_sysfs_*", "device_for_each*",
	"__unregister_client", "device_pm_*", "device_release_driver*", "hwrng_unregister",
	"i2c_del_adapter", "unregister_netdevice_queue", "unregister_netdevice_many*",
	"rollback_registered*", "unregister_netdev", "proc_register", "proc_create*",
	"__proc_create", "proc_mkdir*", "_proc_mkdir",
	/* memory, from the allocators to the pages */
	"kmalloc*", "__kmalloc*", "__do_kmalloc*", "kzalloc*", "kcalloc*", "krealloc*",
	"__do_krealloc", "kfree", "kfree_sensitive", "kfree_const", "kfree_bulk", "kzfree",
	"__kfree", "kvfree*", "kvmalloc*", "__kvmalloc*", "kvzalloc*", "kmem_cache*",
	"__kmem_cache*", "kmemdup*", "kvmemdup*", "kstrdup*", "kstrndup*", "kasprintf",
	"kvasprintf*", "slab_alloc*", "slab_free*", "slab_post*", "slab_pre*", "slab_pad*",
	"slob_*", "slab_fix", "slab_bug", "slab_out*", "__slab*", "___slab*", "do_slab*",
	"cache_alloc*", "____cache*", "__cache_free*", "__cache_alloc*", "cache_free*",
	"cache_grow*", "cache_flusharray", "free_debug*", "alloc_debug*", "allocate_slab*",
	"new_slab*", "get_partial*", "deactivate_slab*", "discard_slab", "free_slab",
	"__free_slab", "vmalloc*", "__vmalloc*", "vzalloc*", "vfree*", "__vfree",
	"__vunmap", "alloc_page", "alloc_pages", "alloc_pages_*", "alloc_page_interleave",
	"__alloc_page*", "__alloc_frozen*", "alloc_frozen*", "get_page_from*",
	"__get_free_page*", "get_zeroed*", "free_page", "free_pages", "free_pages_prepare",
	"free_pages_ok", "free_pages_exact", "free_page_is_bad*", "__free_page*",
	"free_unref*", "free_pcp*", "free_frozen*", "bad_page*", "free_pcppages*",
	"free_hot*", "rmqueue*", "get_free_page*", "__rmqueue*", "prep_new_page*",
	"post_alloc*", "page_bad*", "free_the_page", "folio_alloc*", "__folio_alloc*",
	"warn_alloc*", "out_of_memory*", "oom_kill_process", "dump_header*", "__oom_kill*",
	"pcpu_alloc*", "pcpu_create*", "free_percpu", "__alloc_percpu*", "setup_object*",
	"init_object*", "remote_slab*", "memcg_slab*", "should_failslab", "should_fail*",
	"fail_dump", "*_noprof", "alloc_slab*", "stack_map_get*", "on_freelist",
	"page_frag_*", "kfree_skb*", "__kfree_skb", "consume_skb", "skb_free_head",
	"put_page", "__put_page", "folio_put", "alloc_skb*", "__alloc_skb",
	"__netdev_alloc_skb*", "netdev_alloc_skb*", "__napi_alloc_skb*", "napi_alloc_skb*",
	"fallback_alloc", "__build_skb*", "build_skb",
	/* copying and text */
	"memcpy*", "__memcpy*", "__asan_memcpy", "memset*", "__memset*", "__asan_memset",
	"memmove*", "__memmove*", "__asan_memmove", "memcmp", "memscan", "memchr*", "bcmp",
	"memdup_user*", "vmemdup_user*", "strcmp", "strncmp", "strcpy", "strncpy",
	"strlen", "strnlen*", "strlcpy", "strscpy*", "sized_strscpy*", "strcat", "strncat",
	"strlcat", "strchr*", "strrchr", "strstr", "strnstr", "strsep", "strcasecmp",
	"strncasecmp", "strim", "strspn", "strcspn", "strpbrk", "skip_spaces",
	"copy_from_user", "copy_from_user_nofault", "copy_from_user_nmi", "copy_to_user",
	"copy_to_user_nofault", "copy_user*", "copy_in_user",
	"copy_to_kernel*", "copy_mc*", "copy_page", "copy_page_to_iter",
	"copy_page_from_iter*", "clear_user*", "__clear_user", "get_user", "put_user",
	"__get_user_1", "__get_user_2", "__get_user_4", "__get_user_8", "__get_user_no*",
	"__put_user*", "raw_copy*", "strncpy_from*", "strnlen_user*", "do_strncpy*",
	"do_strnlen*", "read_word_at*", "__read_once*", "__write_once*", "read_once*",
	"__builtin_*", "fault_in_*", "probe_kernel*", "_copy_to*", "_copy_from*",
	"copy_to_iter*", "copy_from_iter*", "__copy_to*", "__copy_from*", "instrument_*",
	"atomic_inc*", "atomic_dec*", "atomic_add*", "atomic_sub*", "atomic_read*",
	"atomic_set*", "atomic_fetch*", "atomic_cmpxchg*", "atomic_xchg*", "atomic_try*",
	"atomic_or*", "atomic_and*", "atomic_long*", "atomic64_*", "arch_atomic*",
	"raw_atomic*", "_test_bit", "_set_bit", "_clear_bit", "test_bit", "set_bit",
	"clear_bit", "variable_test*", "constant_test*", "test_and*", "__list_add*",
	"__list_del*", "list_add", "list_add_tail*", "list_add_rcu", "list_del",
	"list_del_init*", "list_del_rcu", "list_bulk_*", "list_move*", "list_replace*",
	"list_empty*", "list_splice*", "__list_splice*", "hlist_add_head*",
	"hlist_add_before*", "hlist_add_behind*", "hlist_del*", "hlist_move*",
	"hlist_bl_*", "hlist_nulls_*", "hlist_empty*", "__hlist_del*", "__hlist_bl_*",
	"__hlist_nulls_*", "hex_dump*", "print_hex_dump*", "vsnprintf", "snprintf",
	"sprintf", "vsprintf", "scnprintf",
	"vscnprintf", "string", "pointer", "number", "format_decode", "va_format",
	"seq_printf", "seq_vprintf", "symbol_string", "rep_nop", "cpu_relax",
	"*csum_partial*", "get_unaligned*", "put_unaligned*", "__get_unaligned*",
	"native_cpuid*", "del_timer*", "timer_delete*", "try_to_del*", "__timer_delete*",
	"__try_to_del*", "mod_timer*", "__mod_timer", "add_timer*", "timer_shutdown*",
	"hrtimer_cancel", "hrtimer_try*", "core_kernel*", "__phys_addr*", "__virt_to_phys",
	"kernel_text*", "__kernel_text*", "is_module*", "__module_address*",
	"module_address*", "__udelay*", "__delay", "delay_tsc", "delay_loop",
	"delay_halt*", "delay_mwaitx", "__const_udelay", "ndelay*", "usb_submit_urb",
	"usb_kill_urb", "usb_poison_urb", "usb_start_wait_urb", "usb_control_msg*",
	"usb_internal_control_msg",
	"usb_bulk_msg", "usb_interrupt_msg", "xen_mc_*", "__xen_mc*", "xen_multicall*",
	"string_nocheck", "widen_string", "hex_string", "ip4_string", "ip6_string",
	"ip6_compressed_string", "ip4_addr_string*", "ip6_addr_string*", "ip_addr_string",
	"mac_address_string", "uuid_string", "bitmap_string", "bitmap_list_string",
	"resource_string", "escaped_string", "flags_string", "dentry_name",
	"file_dentry_name", "bdev_name", "restricted_pointer", "ptr_to_id",
	"default_pointer", "jhash*", "__jhash*", "siphash*", "__siphash*", "hsiphash*",
	"xxh32*", "xxh64*", "sha1_*", "sha256_*", "sha512_*", "md5_transform", "chacha_*",
	"rb_first*", "rb_last*", "rb_next*", "rb_prev*", "rb_erase*", "rb_insert*",
	"__rb_*", "rb_replace*", "crc16*", "crc32*", "crc_itu_t", "crc_t10dif",
	"crc_t10dif_*", "crc_ccitt*", "aes_encrypt", "aes_decrypt", "aesti_*",
	"crypto_*crypt*", "xts_*crypt*", "ecb_*crypt*", "cbc_*crypt*", "ctr_*crypt*",
	"sk_stop_timer*", "sk_reset_timer", "rhashtable_*", "__rhashtable*", "rht_*",
	"simple_copy*", "copyout*", "copyin*", "skb_put", "skb_push", "skb_pull", "iput",
	"dput", "fast_dput", "__skb_put", "__skb_push", "__skb_pull",
	NULL
};

/* Locks that go by the name of what they lock. */
static const char * const locks[] = {
	"lock_sock*", "release_sock", "__release_sock", "bh_lock_sock*",
	NULL
};

/* What waits or wakes, and has a lock of its own to do so: that lock's user. */
static const char * const owns[] = {
	"try_to_wake_up", "down_trylock", "__flush_work", "__wake_up*", "complete",
	"prepare_to_wait*", "finish_wait", "__queue_work*", "__might_fault",
	"__flush_workqueue", "do_page_fault", "do_user_addr_fault", "exc_page_fault",
	NULL
};

/* Where a CPU has nothing to do. */
static const char * const idles[] = {
	"default_idle*", "arch_cpu_idle*", "cpuidle_*", "call_cpuidle", "intel_idle*",
	"mwait_idle*", "acpi_idle*", "acpi_safe_halt", "poll_idle", "cpu_idle_poll",
	"*_safe_halt", "amd_e400_idle",
	NULL
};

/* What only gives memory, or sets up an object in it. */
static const char * const gives[] = {
	"*alloc*", "__list_lru_init*", "list_lru_init*", "sget_userns", "*_init_once",
	"new_*", "*_dup", "*dup_skb", "skb_clone", "skb_copy*", "copy_process_*",
	"mempool_*",
	NULL
};

/* What waits for another CPU. */
static const char * const stands[] = {
	"smp_call_function*",
	NULL
};

/* Who finds a stall, in a trace of its own. */
static const char * const detects[] = {
	"rcu_exp_wait_wake*", "rcu_exp_sel_wait_wake*", "synchronize_rcu_expedited_wait*",
	"synchronize_sched_expedited_wait", "check_hung_*", "khungtaskd", "rcu_gp_kthread",
	NULL
};

/* What hands on to whatever was asked for. */
static const char * const calls[] = {
	"do_syscall_*", "do_fast_syscall*", "do_int80*", "x64_sys_call", "ia32_sys_call",
	"do_SYSENTER*", "__do_fast_*", "invoke_syscall", "entry_SYSCALL*",
	"entry_SYSENTER*", "entry_INT80*", "*SyS_ioctl", "*sys_ioctl", "*SYSC_ioctl",
	"i386_start_kernel", "do_init_module", "load_module", "system_call*", "sysenter_*",
	"tracesys*", "int_ret_from*", "cstar_dispatch*", "ia32_*", "stub_*",
	"ret_from_fork*", "kernel_thread_helper", "kthread", "worker_thread",
	"process_one_work", "process_scheduled*", "smpboot_thread_fn", "run_ksoftirqd",
	"__do_softirq", "handle_softirqs", "do_softirq*", "____do_softirq", "irq_exit*",
	"__irq_exit*", "invoke_softirq", "call_timer_fn", "expire_timers", "__run_timer*",
	"run_timer_*", "tasklet_action*", "net_rx_action", "net_tx_action", "__napi_poll",
	"napi_poll", "task_work_run", "do_one_initcall", "do_initcall*", "kernel_init*",
	"do_basic_setup", "start_kernel", "x86_64_start*", "xen_start_kernel",
	"secondary_startup*", "start_secondary", "cpu_startup_entry", "do_idle",
	"cpu_idle*", "rest_init", "vfs_ioctl", "do_vfs_ioctl", "vfs_read", "vfs_write",
	"__vfs_read", "__vfs_write", "vfs_writev", "vfs_readv", "do_readv_writev",
	"do_iter_*", "do_loop_readv*", "new_sync_*", "call_write_iter", "call_read_iter",
	"vfs_iter_*", "sock_sendmsg*", "__sock_sendmsg*", "sock_recvmsg*", "sock_do_ioctl",
	"__sys_sendto", "__sys_recvfrom", "__sys_connect*", "__sys_bind",
	"sock_write_iter", "sock_read_iter", "kernel_sendmsg", "do_sys_open*",
	"path_openat", "do_dentry_open", "vfs_open", "__fput", "____fput", "fput",
	"mmap_region", "call_mmap", "__mmap_region", "rtnetlink_rcv_msg",
	"nfnetlink_rcv_msg", "netlink_dump", "__netif_receive*", "netif_receive*",
	"process_backlog", "dev_hard_start_xmit", "__dev_queue_xmit*", "dev_queue_xmit*",
	"xmit_one", "ops_init", "setup_net", "call_netdevice*", "notifier_call_chain",
	"raw_notifier*", "blocking_notifier*", "exit_to_user_mode*", "prepare_exit_to*",
	"rcu_do_batch*", "rcu_core*", "rcu_process_callbacks",
	NULL
};

static const struct {
	unsigned int role;
	const char * const *names;
} machinery[] = {
	{ 0, worth },
	{ ROLE_NEVER, never },
	{ ROLE_LOCKS, locks },
	{ ROLE_OWNS, owns },
	{ ROLE_IDLES, idles },
	{ ROLE_GIVES, gives },
	{ ROLE_STANDS, stands },
	{ ROLE_DETECTS, detects },
	{ ROLE_CALLS, calls },
};

static bool glob(const char *pat, const char *name)
{
	const char *star = NULL, *from = NULL;

	while (*name) {
		if (*pat == '*') {
			star = ++pat;
			from = name;
		} else if (*pat == *name) {
			pat++;
			name++;
		} else if (star) {
			pat = star;
			name = ++from;
		} else {
			return false;
		}
	}
	while (*pat == '*')
		pat++;
	return !*pat;
}

unsigned int frame_role(const char *name)
{
	unsigned int role = 0, innocent = ROLE_NEVER;

	for (size_t i = 0; i < ARRAY_SIZE(machinery); i++) {
		const char * const *n = machinery[i].names;

		while (*n && !glob(*n, name))
			n++;
		if (*n && !machinery[i].role)
			innocent = 0;
		if (*n)
			role |= machinery[i].role;
	}
	return (role & ~ROLE_NEVER) | (role & innocent);
}
