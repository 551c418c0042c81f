-- Whoever hides more than a few posts within a day takes a second key (15.12): their acts are counted.
CREATE INDEX acts_hiding ON acts (at) WHERE power = 'hide';
