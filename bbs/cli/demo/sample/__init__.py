"""The sample community of `bbs demo`: made-up people, boards and talk, for the demo only."""
