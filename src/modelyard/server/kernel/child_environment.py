"""What of the server's environment its child processes get: what programs need to run, and no secret."""

from collections.abc import Iterable, Mapping

_NAMES = frozenset(
    {
        # where programs, libraries and home are
        *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT"),
        *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV"),
        *("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "MPLCONFIGDIR", "NUMBA_CACHE_DIR"),
        # language, time, certificates
        *("LANG", "LANGUAGE", "TZ", "TZDIR", "SSL_CERT_FILE", "SSL_CERT_DIR"),
        # graphics processors
        *("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "CUDA_HOME", "NVIDIA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"),
        # how Python runs; nobody keeps a secret there
        *("PYTHONPATH", "PYTHONHOME", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"),
        *("PYTHONUTF8", "PYTHONIOENCODING", "PYTHONWARNINGS", "PYTHONFAULTHANDLER", "PYTHONNOUSERSITE"),
        *("PYTHONUSERBASE", "PYTHONSAFEPATH", "PYTHONMALLOC"),
        # of the tests' measuring of coverage
        *("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG"),
    }
)
_PREFIXES = ("LC_", "MALLOC_", "OMP_", "OPENBLAS_", "MKL_", "KMP_", "BLIS_", "VECLIB_", "NUMEXPR_")


def child_environment(base: Mapping[str, str], also: Iterable[str] = ()) -> dict[str, str]:
    """Those variables of `base` that are on the list, or named by `also`."""
    kept = _NAMES | set(also)
    return {name: value for name, value in base.items() if name in kept or name.startswith(_PREFIXES)}
