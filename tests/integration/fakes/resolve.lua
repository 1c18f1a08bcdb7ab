-- A stand-in for DaVinci Resolve: as much of its API as the script uses, and no more. It writes down what was done.
-- SUBTITLES, RATE and LOG are set by the test before this runs.
local log, placed, tracks, markers = {}, {}, {}, {}
local START = math.floor(RATE_WHOLE * 3600) -- 01:00:00:00

local function subtitle(first, last, text)
  return {
    GetStart = function() return START + first end,
    GetEnd = function() return START + last end,
    GetName = function() return text end,
  }
end

local items = {}
for _, one in ipairs(SUBTITLES) do items[#items + 1] = subtitle(one[1], one[2], one[3]) end

local timeline = {}
function timeline:GetSetting(name) assert(name == "timelineFrameRate") return RATE end
function timeline:GetName() return "Cut 1/2" end
function timeline:GetStartFrame() return START end
function timeline:GetTrackCount(kind) return kind == "subtitle" and 2 or 1 + #tracks end
function timeline:GetIsTrackEnabled(_, track) return track == 2 end
function timeline:GetItemListInTrack(_, track) return track == 2 and items or { subtitle(0, 50, "Of a track that is off.") } end
function timeline:AddTrack(kind, form) tracks[#tracks + 1] = { kind = kind, form = form } return true end
function timeline:SetTrackName(_, track, name) tracks[track - 1].name = name return true end
function timeline:AddMarker(frame, colour, name, note, length) markers[#markers + 1] = { frame = frame, note = note } return true end

local pool = { bins = {}, current = "root" }
function pool:GetRootFolder() return { GetSubFolderList = function() return {} end } end
function pool:GetCurrentFolder() return self.current end
function pool:SetCurrentFolder(folder) self.current = folder return true end
function pool:AddSubFolder(_, name) self.bins[#self.bins + 1] = name return name end
function pool:ImportMedia(paths)
  local imported = {}
  for number = #paths, 1, -1 do -- in whatever order
    local path = paths[number]
    assert(io.open(path, "rb"), path):close()
    imported[#imported + 1] = { GetClipProperty = function(_, name) assert(name == "File Path") return path end, path = path }
  end
  return imported
end
function pool:AppendToTimeline(clips)
  local clip = clips[1]
  assert(clip.mediaType == 2 and clip.startFrame == 0 and clip.endFrame >= 0)
  placed[#placed + 1] = { path = clip.mediaPoolItem.path, frame = clip.recordFrame, last = clip.endFrame, track = clip.trackIndex }
  return { { GetStart = function() return clip.recordFrame end } }
end

local project = {}
function project:GetName() return "A film: part 1" end
function project:GetCurrentTimeline() return NO_TIMELINE == nil and timeline or nil end
function project:GetMediaPool() return pool end

resolve = { GetProjectManager = function() return { GetCurrentProject = function() return project end } end }

function write_log()
  local file = io.open(LOG, "w")
  for _, one in ipairs(placed) do file:write(("clip\t%d\t%d\t%d\t%s\n"):format(one.frame - START, one.last, one.track, one.path)) end
  for _, one in ipairs(tracks) do file:write(("track\t%s\t%s\n"):format(one.form, one.name)) end
  for _, one in ipairs(markers) do file:write(("marker\t%d\t%s\n"):format(one.frame, one.note)) end
  for _, one in ipairs(pool.bins) do file:write(("bin\t%s\n"):format(one)) end
  file:write("current\t" .. pool.current .. "\n")
  file:close()
end
