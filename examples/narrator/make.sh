#!/usr/bin/env bash
# Make the narrator again: recordings to bundle. Every step carries on where it was interrupted.
#
#   examples/narrator/make.sh RECORDINGS LINES WORK
#
# RECORDINGS: the Kathleen corpus (CC0, rhasspy/dataset-voice-kathleen) with metadata.csv and clips/.
# LINES: a file of `id|text`, such as LJSpeech's metadata.csv (public domain), for synthetic speakers to read.
# WORK: a folder for corpora, runs and bundle; about 4 GB.
# Needs the Debian packages festival, festvox-us-slt-hts, flite and espeak-ng. All numbers are in the TOML files beside
# this one; on a GPU add --device cuda, or --preset full for a larger network.
set -euo pipefail
recordings=$1 lines=$2 work=$3 here=$(dirname "$0")

voiceover dataset prepare "$recordings" -o "$work/corpus" --i-have-the-rights  # CC0, see --consent below
voiceover dataset inspect "$work/corpus" --fix drop --json "$work/inspection.json"
python3 "$here/synthetic.py" "$lines" "$work/synthetic" --words 13
voiceover dataset prepare "$work/synthetic" -o "$work/synthetic-corpus" --i-have-the-rights
python3 "$here/range.py" "$lines" "$work/range"
voiceover dataset prepare "$work/range" -o "$work/range-corpus" --i-have-the-rights

voiceover train acoustic "$work/corpus" --run "$work/first" --preset compact --settings "$here/acoustic.toml"
voiceover train acoustic "$work/synthetic-corpus" --run "$work/second" --preset finetune \
    --settings "$here/synthetic.toml" --warm-start "$work/first/best.pt"
voiceover train acoustic "$work/corpus" --run "$work/third" --preset finetune --settings "$here/return.toml" \
    --warm-start "$work/second/best.pt"

voiceover train vocoder "$work/corpus" --also "$work/range-corpus" --run "$work/vocoder" --preset compact \
    --settings "$here/vocoder.toml"
voiceover train vocoder "$work/corpus" --also "$work/range-corpus" --run "$work/pair" --preset adversarial \
    --settings "$here/pair.toml" --warm-start "$work/vocoder/best.pt" --mels-of "$work/third/last.pt"
# half of what it was before the critic, and what that costs: telling predicted mels from recordings', learnt anew
voiceover train blend "$work/blended.pt" --trained "$work/pair/last.pt" --base "$work/vocoder/best.pt" --share 0.5 --force
voiceover train vocoder "$work/corpus" --also "$work/range-corpus" --run "$work/trust" --preset trust \
    --warm-start "$work/blended.pt" --mels-of "$work/third/last.pt"
voiceover train export "$work/narrator" \
    --acoustic "$work/third/last.pt" --vocoder "$work/trust/last.pt" \
    --name narrator --language en-us --licence "CC0-1.0" \
    --consent "Recorded and given to the public domain (CC0 1.0) by the speaker for text-to-speech." \
    --description "US English, female. Trained on the Kathleen corpus (CC0), rhasspy/dataset-voice-kathleen."
voiceover evaluate "$work/narrator" --corpus "$work/corpus" --lines "$here/unseen.txt" --page "$work/page"
echo "Use it: voiceover say 'Hello.' -o hello.wav --voice $work/narrator"
