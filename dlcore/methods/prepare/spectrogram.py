"""1937-1980: sound as a picture of loudness over time and pitch (chapter 15).

The mel scale: S. Stevens, J. Volkmann, E. Newman, A scale for the measurement of the psychological
magnitude pitch (1937), https://doi.org/10.1121/1.1915893. As the front end of a recogniser:
S. Davis, P. Mermelstein, Comparison of parametric representations for monosyllabic word recognition
in continuously spoken sentences (1980), https://doi.org/10.1109/TASSP.1980.1163420.
Names and conventions are those of torch.stft and torchaudio.functional.

Axes: L samples, T frames, K = n_fft // 2 + 1 frequencies, M mel bands.
"""

import math

import torch


def frames(x: torch.Tensor, n_fft: int, hop_length: int, center: bool = True) -> torch.Tensor:
    """Windows of n_fft samples, one every hop_length: x (…, L) → (…, T, n_fft).

    center: frame t lies around sample t · hop_length, the ends mirrored; else it begins there.
    T is 1 + L // hop_length, or 1 + (L − n_fft) // hop_length without centring.
    Raises ValueError for a signal that is too short.
    """
    if n_fft < 1 or hop_length < 1:
        raise ValueError(f"frames needs sizes of 1 or more, got {n_fft=}, {hop_length=}")
    need = n_fft // 2 + 1 if center else n_fft
    if x.shape[-1] < need:
        raise ValueError(
            f"frames of {n_fft} samples need a signal of {need} or more, got {x.shape[-1]}"
        )
    if center:
        half = n_fft // 2
        mirrored = [x[..., 1 : half + 1].flip(-1), x, x[..., -half - 1 : -1].flip(-1)]
        x = torch.cat(mirrored, -1) if half else x
    return x.unfold(-1, n_fft, hop_length)


def fourier_tables(n_fft: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """(n_fft, 2 K): columns cos(2π k n / n_fft), then −sin(2π k n / n_fft)."""
    n, k = torch.arange(n_fft), torch.arange(n_fft // 2 + 1)
    turns = (n[:, None] * k % n_fft).double() / n_fft  # whole turns taken out: exact angles
    return torch.cat([(2 * math.pi * turns).cos(), -(2 * math.pi * turns).sin()], 1).to(dtype)


def stft(
    input: torch.Tensor,
    n_fft: int,
    hop_length: int | None = None,
    window: torch.Tensor | None = None,
    center: bool = True,
) -> torch.Tensor:
    """The short-time Fourier transform, X[k, t] = Σₙ w[n] x[t, n] e^(−2πi k n / n_fft).

    input (…, L) → complex (…, K, T), as torch.stft(…, return_complex=True) with its defaults: a
    hop of n_fft // 4, a window of ones, frames centred. window (n_fft,).
    Raises ValueError for a window of another length and as `frames`.
    """
    window = input.new_ones(n_fft) if window is None else window
    if window.shape != (n_fft,):
        raise ValueError(f"stft needs a window ({n_fft},), got shape {tuple(window.shape)}")
    pieces = frames(input, n_fft, n_fft // 4 if hop_length is None else hop_length, center)
    both = (pieces * window) @ fourier_tables(n_fft, input.dtype).to(input.device)
    real, imaginary = both.chunk(2, -1)
    return torch.complex(real, imaginary).mT


def spectrogram(
    waveform: torch.Tensor, n_fft: int, hop_length: int, power: float = 2.0, center: bool = True
) -> torch.Tensor:
    """|X|^power with a Hann window, (…, L) → (…, K, T): torchaudio's Spectrogram, unnormalised."""
    window = torch.hann_window(n_fft, dtype=waveform.dtype, device=waveform.device)
    return stft(waveform, n_fft, hop_length, window, center).abs() ** power


def hertz_to_mel(hertz: torch.Tensor) -> torch.Tensor:
    """m = 2595 log₁₀(1 + f / 700): about even below 1000 Hz, logarithmic above."""
    return 2595 * torch.log10(1 + hertz / 700)


def mel_to_hertz(mel: torch.Tensor) -> torch.Tensor:
    """f = 700 (10^(m / 2595) − 1)."""
    return 700 * (10 ** (mel / 2595) - 1)


def melscale_fbanks(
    n_freqs: int, f_min: float, f_max: float, n_mels: int, sample_rate: int
) -> torch.Tensor:
    """(n_freqs, n_mels) triangles, even on the mel scale, as torchaudio's, "htk" and not normed.

    Band m rises from the centre of band m − 1 to its own and falls to that of m + 1; a triangle
    that holds no frequency of the spectrogram is a column of zeros.
    Raises ValueError unless 0 ≤ f_min < f_max ≤ sample_rate / 2 and n_freqs > 1, n_mels ≥ 1.
    """
    if not 0 <= f_min < f_max <= sample_rate / 2 or n_freqs < 2 or n_mels < 1:
        raise ValueError(
            "melscale_fbanks needs 0 ≤ f_min < f_max ≤ sample_rate / 2, 2 or more n_freqs and 1 or "
            f"more n_mels, got {f_min=}, {f_max=}, {sample_rate=}, {n_freqs=}, {n_mels=}"
        )
    hertz = torch.linspace(0, sample_rate / 2, n_freqs, dtype=torch.float64)[:, None]
    bottom, top = hertz_to_mel(torch.tensor([f_min, f_max], dtype=torch.float64)).tolist()
    points = mel_to_hertz(torch.linspace(bottom, top, n_mels + 2, dtype=torch.float64))
    low, middle, high = points[:-2], points[1:-1], points[2:]
    rising, falling = (hertz - low) / (middle - low), (high - hertz) / (high - middle)
    return torch.minimum(rising, falling).clamp(min=0).float()


def log_mel(
    waveform: torch.Tensor, sample_rate: int = 4000, n_fft: int = 128, hop_length: int = 64,
    n_mels: int = 20, f_min: float = 100.0,
) -> torch.Tensor:  # fmt: skip
    """Log-mel frames (T, n_mels) of one wave (L,): mean 0 in each band, spread 1 in all.

    Frames are not centred; bands go from f_min to half of sample_rate. Taking each band's mean away
    takes away what a microphone does to it.
    """
    power = spectrogram(waveform, n_fft, hop_length, center=False)
    bank = melscale_fbanks(n_fft // 2 + 1, f_min, sample_rate / 2, n_mels, sample_rate)
    bands = (power.mT @ bank.to(power) + 1e-3).log()
    centred = bands - bands.mean(0)
    return centred / (centred.std(correction=0) + 1e-5)
