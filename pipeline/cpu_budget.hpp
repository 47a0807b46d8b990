#pragma once

namespace troupe {

/// The processors that this process may keep busy: its affinity mask and its cgroup's quota (v2 and v1), whichever is
/// less; at least 1.
int cpu_budget();

/// True where waiting OpenMP threads give their processor up (OMP_WAIT_POLICY=PASSIVE was set before main). Without it
/// LibTorch gets one intra-op thread: spinning ones slow the augmenters down, and themselves.
bool openmp_waits_passively();

}  // namespace troupe
