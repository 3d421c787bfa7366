"""One child a document: little memory, little time, no network, no file, no other process."""
