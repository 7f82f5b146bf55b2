"""NumPy: what is raised and what is warned of for every ufunc over limits, in each type; sums, products, sorting, transforms."""
import hashlib
import numpy as np

print(np.__version__)
digest = lambda array: hashlib.md5(np.ascontiguousarray(array).tobytes()).hexdigest()
state = np.random.Generator(np.random.PCG64(5))
LIMITS = {
    kind: np.array([0, -0.0, 1, -1, 0.5, np.finfo(kind).max, np.finfo(kind).min, np.finfo(kind).tiny, np.finfo(kind).smallest_subnormal, np.inf, -np.inf, np.nan, 3, 1e-3, 700, -745, 1e5], dtype=kind)
    for kind in (np.float16, np.float32, np.float64)
}
UNARY = "sqrt square reciprocal exp exp2 expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh cbrt floor ceil trunc rint negative absolute sign isnan isinf isfinite signbit spacing deg2rad".split()
BINARY = "add subtract multiply divide floor_divide remainder fmod power hypot arctan2 maximum minimum fmax fmin copysign nextafter logaddexp heaviside less equal".split()
for kind, limits in LIMITS.items():
    grid = np.meshgrid(limits, limits)
    for names, arguments in ((UNARY, [limits]), (BINARY, [each.ravel() for each in grid])):
        for name in names:
            function = getattr(np, name)
            with np.errstate(all="ignore"):
                result = function(*arguments)
            raised = []
            for scalars in zip(*arguments):
                for error in ("over", "under", "divide", "invalid"):
                    try:
                        with np.errstate(all="ignore", **{error: "raise"}):
                            function(*scalars)
                    except FloatingPointError:
                        raised.append(error[0])
                    else:
                        raised.append(".")
            # The bits of a NaN are the host's affair in some of them.
            result = np.where(np.isnan(result), np.array(7, result.dtype), result) if result.dtype.kind == "f" else result
            print(kind.__name__, name, digest(result), hashlib.md5("".join(raised).encode()).hexdigest(), raised.count("o"), raised.count("u"), raised.count("d"), raised.count("i"))
for kind in (np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64):
    a = state.integers(np.iinfo(kind).min, np.iinfo(kind).max, 5000, dtype=kind, endpoint=True)
    b = np.roll(a, 7)
    with np.errstate(all="ignore"):
        print(kind.__name__, *(digest(f(a, b)) for f in (np.add, np.subtract, np.multiply, np.floor_divide, np.remainder, np.bitwise_xor, np.maximum, np.minimum, np.left_shift, np.right_shift, np.gcd, np.less)),
              digest(np.sort(a)), digest(np.argsort(a, kind="stable")), digest(np.cumsum(a)), a.sum(), a.prod(), a.min(), a.max(), digest(a.astype(np.float32)), digest(np.bitwise_count(a)))
for kind in (np.float16, np.float32, np.float64, np.longdouble, np.complex64, np.complex128):
    a = (state.standard_normal(4096) * 30).astype(kind)
    with np.errstate(all="ignore"):
        print(kind.__name__, digest(a + a[::-1]), digest(a * a), digest(np.sort(a)), digest(np.cumsum(a)), digest(np.exp(a / 10)), digest(np.clip(a, -1, 1)) if kind not in (np.complex64, np.complex128) else "",
              digest(a.astype(np.int32)) if kind not in (np.complex64, np.complex128) else "", repr(a.mean()), repr(a.std()))
m = state.standard_normal((60, 60))
print(digest(m @ m), digest((m * 7).astype(np.int64) @ (m * 7).astype(np.int64)), digest(m.astype(np.float32) @ m.astype(np.float32)), digest(np.einsum("ij,kj->ik", m, m)))
print("%.10f %.8e" % (np.linalg.norm(np.linalg.inv(m) @ m - np.eye(60)) * 1e3 // 1, abs(np.linalg.det(m))), np.linalg.matrix_rank(m), digest(np.round(np.linalg.eigvalsh(m + m.T), 6)))
print(digest(np.round(np.fft.fft(m.ravel()), 8)), digest(np.fft.irfft(np.fft.rfft(m.ravel())).round(8)), digest(np.packbits(m > 0)), digest(np.percentile(m, [5, 50, 95])), digest(np.histogram(m, 30)[0]))
for name in ("normal", "exponential", "gamma", "poisson", "binomial", "integers", "random", "permutation"):
    arguments = {"gamma": (2.5,), "poisson": (9,), "binomial": (40, 0.3), "integers": (1000,), "permutation": (500,), "random": ()}.get(name, ())
    size = {} if name == "permutation" else {"size": 5000}
    print(name, digest(getattr(state, name)(*arguments, **size)))
