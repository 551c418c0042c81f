"""What the feature of the community as a whole brings to the server."""

from bbs.features.community import messages
from bbs_server.features.community import handlers
from bbs_server.manifest import Feature

FEATURE = Feature(
    commands={
        messages.SetQuota: handlers.set_quota,
        messages.AnnounceClosing: handlers.announce_closing,
        messages.CancelClosing: handlers.cancel_closing,
        messages.ConfirmClock: handlers.confirm_clock,
    },
    queries={
        messages.GetDisk: handlers.get_disk,
        messages.GetClock: handlers.get_clock,
        messages.GetClosing: handlers.get_closing,
    },
)
