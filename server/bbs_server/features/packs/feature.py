"""Registers the feature of packs with the server."""

from bbs_server.features.packs import claim_lists, consent, consent_personal, consent_records
from bbs_server.manifest import Feature

FEATURE = Feature(
    modules=(claim_lists, consent),
    lookups={"consents_of": consent_records.consents_of},
    personal=consent_personal.PERSONAL,
    sections=consent_personal.SECTIONS,
)
