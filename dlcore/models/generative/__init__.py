"""What makes new pictures: by a latent code, against a rival, pixel by pixel, out of noise."""

CHAPTERS = (23, 24, 25, 26)
READING_ORDER = (
    "vae", "gan", "dcgan", "noise_schedule", "denoiser", "diffusion", "guidance", "denoising_unet",
    "dit", "distillation", "flow_matching", "flow_density", "langevin",
)  # fmt: skip
