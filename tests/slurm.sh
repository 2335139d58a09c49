# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154 # set by tests/lib.sh
#
# A Slurm of our own on this machine, with several nodes, for the tests that source
# this.  All it leaves is in $slurm.

slurm=$work/controller
SLURM_CONF=$slurm/slurm.conf
export SLURM_CONF

# slurm_missing: why there is none, nothing if there is
slurm_missing() {
	for tool in munged slurmctld slurmd sbatch; do
		command -v $tool >/dev/null || {
			echo "no $tool; Debian's slurmctld, slurmd, slurm-client and munge have all"
			return
		}
	done
	[ "$(id -u)" -eq 0 ] || echo "slurmd needs root"
}

# slurm_up NODES CPUS: start it
slurm_up() {
	mkdir -p "$slurm" "$slurm/state"
	chmod 700 "$slurm"
	head -c 128 /dev/urandom >"$slurm/key"
	chmod 400 "$slurm/key"
	# Ports that are nobody's, as long as only one of us does this.
	port=$((20000 + $$ % 20000))
	cat >"$SLURM_CONF" <<-END
		ClusterName=test
		SlurmctldHost=$(hostname)(127.0.0.1)
		SlurmctldPort=$port
		AuthType=auth/munge
		AuthInfo=socket=$slurm/munge
		SlurmUser=root
		StateSaveLocation=$slurm/state
		SlurmdSpoolDir=$slurm/%n
		SlurmctldPidFile=$slurm/slurmctld.pid
		SlurmctldLogFile=$slurm/slurmctld.log
		SlurmdPidFile=$slurm/%n.pid
		SlurmdLogFile=$slurm/%n.log
		SlurmdTimeout=6
		SlurmdParameters=config_overrides
		ProctrackType=proctrack/linuxproc
		TaskPlugin=task/none
		SwitchType=switch/none
		SelectType=select/cons_tres
		SelectTypeParameters=CR_CPU_Memory
		SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
		ReturnToService=2
		MailProg=/bin/true
		NodeName=n[1-$1] NodeHostname=$(hostname) NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + $1))] CPUs=$2 RealMemory=16000
		PartitionName=all Nodes=ALL Default=YES State=UP
	END
	munged --socket="$slurm/munge" --key-file="$slurm/key" --pid-file="$slurm/munged.pid" \
		--log-file="$slurm/munged.log" --seed-file="$slurm/seed" --force
	slurmctld -i
	for n in $(seq "$1"); do
		slurmd -N "n$n"
	done
	for _ in $(seq 100); do
		[ "$(sinfo -h -N -t idle | wc -l)" -ne "$1" ] || return 0
		sleep 0.2
	done
	sinfo -N
	return 1
}

# slurm_kill NODE: it is gone with all that runs on it, and says nothing
slurm_kill() {
	kill -KILL "$(cat "$slurm/$1.pid")"
	# Its number may be another's soon.
	rm "$slurm/$1.pid"
	pids=$(grep -lzs "^SLURMD_NODENAME=$1$" /proc/[0-9]*/environ |
		xargs -r grep -lzs "^SLURM_CONF=$SLURM_CONF$" | cut -d/ -f3)
	# Those that would report first
	for pid in $pids; do
		above=$(ps -o ppid= "$pid" | tr -d ' ')
		[ "$(ps -o comm= "${above:-1}")" != slurmstepd ] || kill -KILL "$above"
	done
	for pid in $pids; do
		kill -KILL "$pid" 2>/dev/null || :
	done
}

slurm_down() {
	timeout 10 scancel -u root || :
	sleep 1
	for pid in "$slurm"/*.pid; do
		[ ! -s "$pid" ] || kill "$(cat "$pid")" 2>/dev/null || :
	done
}
