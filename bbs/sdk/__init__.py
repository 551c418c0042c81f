"""The asyncio client that every front end, bot and test uses; `bbs.connect` opens it."""
