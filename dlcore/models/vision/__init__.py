"""Models of pictures."""

CHAPTERS = (12, 13, 14, 19)
READING_ORDER = (
    "alexnet", "vgg", "inception", "resnet", "cifar_resnet", "densenet", "mobilenet",
    "mobilenet_v3", "efficientnet", "convnext", "capsule",
    "boxes", "roi_align", "grid_detector", "two_stage", "templates", "fcn", "unet", "vit",
    "swin", "clip",
)  # fmt: skip
