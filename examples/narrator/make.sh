#!/usr/bin/env bash
# Make the narrator again: recordings to bundle. Every step carries on where it was interrupted.
#
#   examples/narrator/make.sh RECORDINGS WORK
#
# RECORDINGS: the Kathleen corpus (CC0, rhasspy/dataset-voice-kathleen) with metadata.csv and clips/.
# WORK: a folder for corpus, runs and bundle; about 1 GB.
# All numbers are in the TOML files beside this one; on a GPU add --device cuda, or --preset full for a larger network.
set -euo pipefail
recordings=$1 work=$2 here=$(dirname "$0")

voiceover dataset prepare "$recordings" -o "$work/corpus" --i-have-the-rights  # CC0, see --consent below
voiceover train acoustic "$work/corpus" --run "$work/acoustic" --preset compact --settings "$here/acoustic.toml"
voiceover train vocoder "$work/corpus" --run "$work/vocoder" --preset compact --settings "$here/vocoder.toml"
voiceover train vocoder "$work/corpus" --run "$work/pair" --preset adversarial --settings "$here/pair.toml" \
    --warm-start "$work/vocoder/best.pt" --mels-of "$work/acoustic/best.pt"
voiceover train export "$work/narrator" \
    --acoustic "$work/acoustic/best.pt" --vocoder "$work/pair/last.pt" \
    --name narrator --language en-us --licence "CC0-1.0" \
    --consent "Recorded and given to the public domain (CC0 1.0) by the speaker for text-to-speech." \
    --description "US English, female. Trained on the Kathleen corpus (CC0), rhasspy/dataset-voice-kathleen."
voiceover evaluate "$work/narrator" --corpus "$work/corpus" --page "$work/page"
echo "Use it: voiceover say 'Hello.' -o hello.wav --voice $work/narrator"
