"""What people enter in the devices: whether there is a store of it, and what publishes it."""

from ...loaders.devices.publications import Publications
from ...loaders.operations.files import STORE_FILE
from .packages import has_devices
from .settings import Settings


def has_entries(settings: Settings) -> bool:
    """Tell whether a service has a store of what people enter: a replica has none."""
    if settings.primary or not has_devices():
        return False
    return settings.operations is not None or (settings.data_dir / STORE_FILE).exists()


def publications_of(settings: Settings) -> Publications:
    """Give the publications of what people enter; they are not begun."""
    return Publications(
        {
            "data_dir": str(settings.data_dir),
            "operations": settings.operations.get_secret_value() if settings.operations else "",
            "publisher": settings.publisher,
            "memory": settings.memory,
            "keep": settings.keep,
            "strict": settings.strict,
        }
    )
