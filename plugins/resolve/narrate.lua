-- Narrate with Voiceover, for DaVinci Resolve: the timeline's subtitles are spoken, and each line becomes a clip at its time.
--
-- Run it on the Edit page with Workspace > Scripts. It is Lua because Resolve's free edition lists no Python scripts. It
-- reads the first enabled subtitle track, or else asks for a subtitle file whose time 0 is the timeline's start.

local link = voiceover_link or require("voiceover_link") -- the installer puts both into one file
local command = voiceover_command or { "voiceover" }

local USUAL = {
  { "voice", "narrator", "Who speaks, as `voiceover voices list` names it" },
  { "max_speed", "1.25", "How much a line may be sped up to fit" },
}

local function tell(message) print("Voiceover: " .. message) end

local function app()
  if resolve then return resolve end
  if Resolve then return Resolve() end
  return bmd and bmd.scriptapp("Resolve")
end

-- Return the frames of a second: Resolve says 23.976 or "29.97 DF" and means 24000/1001 and 30000/1001.
local function frames_per_second(timeline)
  local said = tonumber(tostring(timeline:GetSetting("timelineFrameRate")):match("[%d%.]+"))
  if not said then error("The timeline does not say its frame rate.", 0) end
  local whole = math.floor(said * 1.001 + 0.5)
  if said ~= math.floor(said) and math.abs(whole / 1.001 - said) < 0.01 then return whole / 1.001 end
  return said
end

local function round(number) return math.floor(number + 0.5) end

-- Return the cues of the first enabled subtitle track that has any, in seconds from the timeline's start.
local function read_cues(timeline, fps)
  for track = 1, timeline:GetTrackCount("subtitle") do
    local enabled = true
    if timeline.GetIsTrackEnabled then enabled = timeline:GetIsTrackEnabled("subtitle", track) end
    local cues = {}
    for _, item in ipairs(enabled and timeline:GetItemListInTrack("subtitle", track) or {}) do
      local first = timeline:GetStartFrame() -- a timeline begins at 01:00:00:00
      cues[#cues + 1] = {
        start = (item:GetStart() - first) / fps,
        stop = (item:GetEnd() - first) / fps,
        text = item:GetName(),
      }
    end
    if #cues > 0 then return cues end
  end
end

local function ask_for_file()
  local host = fusion or fu
  local fine, path = pcall(function() return host:RequestFile("", "", { FReqS_Title = "Subtitles to narrate" }) end)
  if fine and path and path ~= "" then return path end
  error("There is nothing to narrate: add a subtitle track (File > Import > Subtitle), or choose a subtitle file.", 0)
end

local function media_folder(project, timeline)
  local home = os.getenv(link.windows and "USERPROFILE" or "HOME") or "."
  local videos = home .. "/Videos"
  local movies = not link.windows and io.open(home .. "/Movies") -- macOS has this folder
  if movies then
    movies:close()
    videos = home .. "/Movies"
  end
  local function plain(name) return (name:gsub('[%c/\\:%*%?"<>|]', "-")) end
  local settings = videos .. "/voiceover"
  local folder = settings .. "/" .. plain(project:GetName()) .. "/" .. plain(timeline:GetName())
  if link.windows then settings, folder = settings:gsub("/", "\\"), folder:gsub("/", "\\") end
  -- a folder for each run: clips that other timelines use are never replaced
  return settings, folder .. os.date("-%Y%m%d-%H%M%S")
end

-- Return the media pool's items by the path of their file.
local function import(pool, paths)
  local root, current = pool:GetRootFolder(), pool:GetCurrentFolder()
  local bin
  for _, folder in ipairs(root:GetSubFolderList() or {}) do
    if folder:GetName() == "Voiceover" then bin = folder end
  end
  bin = bin or pool:AddSubFolder(root, "Voiceover")
  pool:SetCurrentFolder(bin)
  local items = {}
  for _, item in ipairs(pool:ImportMedia(paths) or {}) do
    local path = item:GetClipProperty("File Path")
    items[type(path) == "table" and path["File Path"] or path] = item
  end
  pool:SetCurrentFolder(current)
  return items
end

-- Return the audio track that a speaker's new clips go to.
local function add_track(timeline, tracks, speaker)
  local name = speaker and ("Narration " .. speaker) or "Narration"
  if not tracks[name] then
    timeline:AddTrack("audio", "mono")
    tracks[name] = timeline:GetTrackCount("audio")
    timeline:SetTrackName("audio", tracks[name], name)
  end
  return tracks[name]
end

-- Put a line's clip onto its track; return the frame where it really began, or nil.
local function append(pool, item, line, track, frame, fps)
  local frames = math.ceil((line.clip_end - line.clip_start) * fps - 1e-6)
  for _, last in ipairs({ frames - 1, frames - 2 }) do -- the last frame of a clip is seldom a whole one
    local placed = pool:AppendToTimeline({
      {
        mediaPoolItem = item,
        startFrame = 0,
        endFrame = math.max(last, 0),
        mediaType = 2,
        trackIndex = track,
        recordFrame = frame,
      },
    })
    if placed and placed[1] then return placed[1]:GetStart() end
  end
end

local function place(project, timeline, lines, fps)
  local pool, first, tracks, paths = project:GetMediaPool(), timeline:GetStartFrame(), {}, {}
  for _, line in ipairs(lines) do
    if line.path then paths[#paths + 1] = line.path end
  end
  local items, placed, lost = import(pool, paths), 0, {}
  for _, line in ipairs(lines) do
    if line.path then
      local frame = first + round(line.clip_start * fps)
      local item = items[line.path]
      local start = item and append(pool, item, line, add_track(timeline, tracks, line.speaker), frame, fps)
      if start == frame then placed = placed + 1 else lost[#lost + 1] = line.text end
    end
    if #line.flags > 0 then
      local why = table.concat(line.flags, ", ") .. ": " .. line.text
      timeline:AddMarker(round(line.cue_start * fps), "Red", "Voiceover", why, 1)
    end
  end
  return placed, lost
end

local function main()
  local project = app():GetProjectManager():GetCurrentProject()
  local timeline = project and project:GetCurrentTimeline()
  if not timeline then error("Open a timeline first.", 0) end
  local fps = frames_per_second(timeline)
  local settings_folder, folder = media_folder(project, timeline)
  link.make_folder(folder)
  local settings = link.read_settings(settings_folder .. "/settings.txt", USUAL)
  local cues = read_cues(timeline, fps)
  local source = folder .. "/subtitles.srt"
  if cues then link.write_subtitles(source, cues) else source = ask_for_file() end

  tell("speaking; settings are in " .. settings_folder .. "/settings.txt")
  local job = link.start(command, {
    "narrate", source, "-o", folder .. "/narration.wav", "--stems", folder .. "/clips",
    "--voice", settings.voice, "--max-speed", settings.max_speed,
  }, folder)
  local shown
  while not link.poll(job) do
    local now = string.format("%s %d %%", job.stage, math.floor(job.share * 100))
    if now ~= shown then tell(now) end
    shown = now
    link.rest()
  end
  if not job.done then error(job.error, 0) end
  for _, warning in ipairs(job.warnings) do tell(warning) end
  local placed, lost = place(project, timeline, job.lines, fps)
  for _, text in ipairs(lost) do tell("not on the timeline: " .. text) end
  tell(placed .. " clips are on the timeline, from " .. folder)
end

local fine, message = pcall(main)
if not fine then tell(message) end
