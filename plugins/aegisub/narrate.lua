-- Voiceover for Aegisub: hear the selected lines in a cloned voice, and see which of them do not fit their time.

local link = voiceover_link or require("voiceover_link") -- the installer puts both into one file
local command = voiceover_command or { "voiceover" }

script_name = "Voiceover"
script_description = "Speaks the selected lines and reports what does not fit"
script_author = "The voiceover contributors"
script_version = "0.1.0"

local USUAL = {
  { "voice", "narrator", "Who speaks, as `voiceover voices list` names it" },
  { "max_speed", "1.25", "How much a line may be sped up to fit" },
}
local BEFORE = 0.5 -- seconds of silence before the first line that is heard

-- Return the words of a line's text: no tags, no drawings.
local function plain(text)
  if text:find("{[^}]*\\p[1-9]") then return "" end
  return (text:gsub("{[^}]*}", ""):gsub("\\[Nn]", "\n"):gsub("\\h", " "))
end

-- Return the cues of the selected lines, moved to the beginning, and for each cue's key the rows that it stands for.
local function gather(subs, selected)
  local cues, rows, first = {}, {}, nil
  for _, row in ipairs(selected) do
    local line = subs[row]
    if line.class == "dialogue" and not line.comment and plain(line.text):find("%S") and line.end_time > line.start_time then
      cues[#cues + 1] = { start = line.start_time / 1000, stop = line.end_time / 1000, text = plain(line.text), row = row }
      local name = line.actor or ""
      if name ~= "" then cues[#cues].text = name .. ": " .. cues[#cues].text end
      first = math.min(first or cues[#cues].start, cues[#cues].start)
    end
  end
  for _, cue in ipairs(cues) do
    cue.start, cue.stop = cue.start - first + BEFORE, cue.stop - first + BEFORE
    local key = link.cue_key(cue.start, cue.stop)
    rows[key] = rows[key] or {}
    table.insert(rows[key], cue.row)
  end
  return cues, rows
end

-- Break rows that are wider than a dialog should be: labels do not wrap.
local function wrap(text)
  local rows = {}
  for row in (text .. "\n"):gmatch("([^\n]*)\n") do
    local indent, line = row:match("^%s*"), ""
    for word in row:gmatch("%S+") do
      if #line + #word > 100 then
        rows[#rows + 1] = indent .. line
        line = ""
      end
      line = line == "" and word or line .. " " .. word
    end
    rows[#rows + 1] = indent .. line
  end
  return table.concat(rows, "\n")
end

local function say(message, ...)
  return aegisub.dialog.display({ { class = "label", label = wrap(message), x = 0, y = 0 } }, { ... })
end

local function prepare(subs, selected)
  local cues, rows = gather(subs, selected)
  if #cues == 0 then
    say("There is nothing to narrate. Select lines that hold words and take some time.", "Close")
    aegisub.cancel()
  end
  local folder = link.scratch_folder()
  link.write_subtitles(folder .. "/lines.srt", cues)
  local settings = link.read_settings(aegisub.decode_path("?user/voiceover-settings.txt"), USUAL)
  return folder, settings, rows
end

-- Return the rows of the lines that are in a list of the command's, in order.
local function rows_of(lines, rows)
  local found, taken = {}, {}
  for _, line in ipairs(lines) do
    for _, row in ipairs(rows[link.cue_key(line.cue_start, line.cue_end)] or {}) do
      if not taken[row] then found[#found + 1] = row end
      taken[row] = true
    end
  end
  table.sort(found)
  return found
end

-- Return at most a dialog's worth of rows.
local function shorten(rows)
  local shown = {}
  for number, row in ipairs(rows) do
    if number > 12 then
      shown[#shown + 1] = "and " .. (#rows - 12) .. " more"
      break
    end
    shown[#shown + 1] = row
  end
  return table.concat(shown, "\n")
end

local function play(path)
  local opener = link.windows and 'start "" ' or "xdg-open "
  if not link.windows and link.execute("command -v open >/dev/null 2>&1 && ! command -v xdg-open >/dev/null 2>&1") == 0 then
    opener = "open "
  end
  link.execute(opener .. link.quote(path) .. (link.windows and "" or " >/dev/null 2>&1 &"))
end

-- Speak the selected lines; those that do not fit are selected afterwards.
local function narrate(subs, selected)
  local folder, settings, rows = prepare(subs, selected)
  local job = link.start(command, {
    "narrate", folder .. "/lines.srt", "-o", folder .. "/lines.wav",
    "--voice", settings.voice, "--max-speed", settings.max_speed,
  }, folder)
  while not link.poll(job) do
    aegisub.progress.task(job.stage)
    aegisub.progress.set(job.share * 100)
    if aegisub.progress.is_cancelled() then link.cancel(job) end
    link.rest()
  end
  if not job.done then
    link.remove_folder(folder)
    if not job.cancelled then say(job.error, "Close") end
    aegisub.cancel()
  end
  local misfits, told = {}, {}
  for _, line in ipairs(job.lines) do
    if #line.flags > 0 then
      misfits[#misfits + 1] = line
      local reason = line.reason ~= "" and line.reason or table.concat(line.flags, ", ")
      told[#told + 1] = line.text .. "\n    " .. string.format("%.2f times natural speed; ", line.speed) .. reason
    end
  end
  local message = #job.lines .. (#job.lines == 1 and " line" or " lines") .. " spoken, " .. #misfits .. " out of limits."
  if say(message .. "\n" .. shorten(told), "Play", "Close") == "Play" then play(folder .. "/lines.wav") end
  return #misfits > 0 and rows_of(misfits, rows) or selected
end

-- Foretell which of the selected lines fit, without speaking; those that do not are selected afterwards.
local function check(subs, selected)
  local folder, settings, rows = prepare(subs, selected)
  local arguments = { "check", folder .. "/lines.srt", "--json", "-" }
  for _, part in ipairs({ "--voice", settings.voice, "--max-speed", settings.max_speed }) do
    arguments[#arguments + 1] = part
  end
  local out, errors = folder .. "/found.json", folder .. "/said.txt"
  local line = link.command_line(command, arguments)
  link.execute(line .. " >" .. link.quote(out) .. " 2>" .. link.quote(errors))
  local found = link.decode(link.read(out) or "")
  local said = link.read(errors) or ""
  link.remove_folder(folder)
  if not found then
    say("voiceover could not check them. " .. said, "Close")
    aegisub.cancel()
  end
  local misfits, told = {}, {}
  for _, item in ipairs(found.lines) do
    if item.status ~= "fits" then
      misfits[#misfits + 1] = item
      local room = item.room_seconds and string.format(" for %.1f s", item.room_seconds) or "" -- the last has any
      local takes = string.format("%.1f s", item.natural_seconds) .. room
      told[#told + 1] = item.text .. "\n    " .. item.status .. ", " .. takes
    end
  end
  say(#found.lines .. " lines, " .. #misfits .. " tight or impossible.\n" .. shorten(told), "Close")
  return #misfits > 0 and rows_of(misfits, rows) or selected
end

local function has_selection(_, selected) return #selected > 0 end

aegisub.register_macro("Voiceover/Speak selected lines", script_description, narrate, has_selection)
aegisub.register_macro("Voiceover/Check selected lines", "Foretells what does not fit", check, has_selection)
