-- How a plugin written in Lua talks to the `voiceover` command: a process, its events, and nothing else.
--
-- It runs on an editor's own Lua (5.1 to 5.4, LuaJIT), needs only the standard library, and never touches the editor. The
-- installer puts it into the same file as the plugin that uses it. docs/plugins.md tells the protocol.

local link = {}

link.FORMAT = 1 -- the newest format of events that is understood here
link.windows = package.config:sub(1, 1) == "\\"

local SPOKEN = { [0] = true, [1] = true, [4] = true } -- exit codes with an output
local OURS_ALONE = { "PYTHONPATH", "PYTHONHOME", "PYTHONEXECUTABLE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH" }
local ESCAPES = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ["/"] = "/", ["\\"] = "\\", ['"'] = '"' }

local function utf8_of(code)
  if code < 0x80 then return string.char(code) end
  if code < 0x800 then return string.char(0xC0 + math.floor(code / 0x40), 0x80 + code % 0x40) end
  local tail = string.char(0x80 + math.floor(code / 0x40) % 0x40, 0x80 + code % 0x40)
  if code < 0x10000 then return string.char(0xE0 + math.floor(code / 0x1000)) .. tail end
  return string.char(0xF0 + math.floor(code / 0x40000), 0x80 + math.floor(code / 0x1000) % 0x40) .. tail
end

-- A value of JSON at a place in a text, and the place after it; null becomes nil.
local function read_value(text, at)
  at = text:find("%S", at)
  local first = text:sub(at, at)
  if first == "{" or first == "[" then
    local found, count = {}, 0
    local close = first == "{" and "}" or "]"
    at = text:find("%S", at + 1)
    while text:sub(at, at) ~= close do
      local key
      if first == "{" then
        key, at = read_value(text, at)
        at = text:find(":", at, true) + 1
      else
        count = count + 1
        key = count
      end
      found[key], at = read_value(text, at)
      at = text:find("%S", at)
      if text:sub(at, at) == "," then at = text:find("%S", at + 1) end
    end
    return found, at + 1
  elseif first == '"' then
    local parts = {}
    at = at + 1
    while true do
      local stop = text:find('["\\]', at)
      parts[#parts + 1] = text:sub(at, stop - 1)
      if text:sub(stop, stop) == '"' then return table.concat(parts), stop + 1 end
      local kind = text:sub(stop + 1, stop + 1)
      at = stop + 2
      if kind == "u" then
        local code = tonumber(text:sub(at, at + 3), 16)
        at = at + 4
        if code >= 0xD800 and code < 0xDC00 and text:sub(at, at + 1) == "\\u" then -- a letter in two halves
          code = 0x10000 + (code - 0xD800) * 0x400 + tonumber(text:sub(at + 2, at + 5), 16) - 0xDC00
          at = at + 6
        end
        parts[#parts + 1] = utf8_of(code)
      else
        parts[#parts + 1] = ESCAPES[kind]
      end
    end
  end
  local word = text:match("^[%w%.%+%-]+", at)
  local known = { ["true"] = true, ["false"] = false }
  if known[word] ~= nil then return known[word], at + #word end
  if word == "null" then return nil, at + #word end
  return assert(tonumber(word), "no JSON: " .. text), at + #word
end

-- Return what a text of JSON says, or nil if it says nothing.
function link.decode(text)
  local fine, value = pcall(read_value, text, 1)
  return fine and value or nil
end

-- Return an argument as the system's shell takes it.
function link.quote(argument)
  if link.windows then return '"' .. argument:gsub('"', '\\"') .. '"' end
  return "'" .. argument:gsub("'", "'\\''") .. "'"
end

-- Return the command line that starts the command with an environment of its own.
function link.command_line(command, arguments)
  local parts = {}
  for _, part in ipairs(command) do parts[#parts + 1] = link.quote(part) end
  for _, part in ipairs(arguments) do parts[#parts + 1] = link.quote(part) end
  local line = table.concat(parts, " ")
  local before = {}
  for _, name in ipairs(OURS_ALONE) do
    before[#before + 1] = link.windows and ('set "' .. name .. '="&') or ("-u " .. name .. " ")
  end
  return (link.windows and "" or "env ") .. table.concat(before) .. line
end

-- Run a command line and wait for it; return its exit code.
function link.execute(line)
  local first, _, code = os.execute(line)
  if type(first) == "number" then return first > 255 and math.floor(first / 256) or first end -- Lua 5.1: wait()'s status
  return first and 0 or code
end

function link.read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("*a")
  file:close()
  return text
end

function link.write(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
end

-- Make a folder, and those above it.
function link.make_folder(path)
  local make = link.windows and "mkdir " or "mkdir -p "
  if link.execute(make .. link.quote(path) .. (link.windows and " >nul 2>&1" or " 2>/dev/null")) ~= 0 then
    local probe = io.open(path .. "/.voiceover", "wb") -- Windows' mkdir fails where the folder is there
    if not probe then error("The folder " .. path .. " cannot be made.", 0) end
    probe:close()
    os.remove(path .. "/.voiceover")
  end
end

local function clock(seconds)
  local milliseconds = math.floor(seconds * 1000 + 0.5)
  local whole = math.floor(milliseconds / 1000)
  return string.format(
    "%02d:%02d:%02d,%03d",
    math.floor(whole / 3600), math.floor(whole / 60) % 60, whole % 60, milliseconds % 1000
  )
end

-- Return the key by which an event's line finds its cue again.
function link.cue_key(start, stop)
  return string.format("%.0f-%.0f", math.floor(start * 1000 + 0.5), math.floor(stop * 1000 + 0.5))
end

-- Write cues, { start =, stop =, text = } with times in seconds, as SubRip in UTF-8.
function link.write_subtitles(path, cues)
  local parts = {}
  for number, cue in ipairs(cues) do
    local text = cue.text:gsub("%-%->", "—"):gsub("\r", ""):gsub("\n%s*\n+", "\n"):gsub("^%s+", ""):gsub("%s+$", "")
    parts[#parts + 1] = string.format("%d\n%s --> %s\n%s\n", number, clock(cue.start), clock(cue.stop), text)
  end
  link.write(path, table.concat(parts, "\n"))
end

-- Start a command that tells its progress, such as `narrate`; files of the run go into `folder`. Look after it with `poll`.
-- On Windows this waits until it is over: Lua has no way to start a process there and not to wait for it.
function link.start(command, arguments, folder)
  local job = { lines = {}, warnings = {}, stage = "Starting", share = 0, read = 0 }
  job.events, job.said = folder .. "/events.jsonl", folder .. "/said.txt"
  job.code, job.process = folder .. "/exit-code.txt", folder .. "/process.txt"
  for _, path in ipairs({ job.events, job.said, job.code, job.process }) do os.remove(path) end
  local all = {}
  for _, part in ipairs(arguments) do all[#all + 1] = part end
  for _, part in ipairs({ "--progress", "none", "--progress-file", job.events, "--quiet", "--force" }) do
    all[#all + 1] = part
  end
  local line = link.command_line(command, all)
  if link.windows then
    local code = link.execute(line .. " >nul 2>" .. link.quote(job.said))
    link.write(job.code, tostring(code))
  else
    -- the shell that waits is killed by nobody: it notes how the command ended
    local inner = line .. " >/dev/null 2>" .. link.quote(job.said) .. " & echo $! >" .. link.quote(job.process)
    inner = inner .. "; wait $!; echo $? >" .. link.quote(job.code)
    os.execute("( " .. inner .. " ) </dev/null >/dev/null 2>&1 &")
  end
  return job
end

local function take(job, event)
  job.done = nil -- nothing may follow it
  if event.event == "start" and event.format > link.FORMAT then
    job.newer = "voiceover " .. event.version .. " is newer than this plugin: run `voiceover plugins install`."
  elseif event.event == "stage" then
    job.stage, job.share = event.stage, 0
  elseif event.event == "advance" and event.total then
    job.share = event.done / event.total
  elseif event.event == "line" then
    job.lines[#job.lines + 1] = event
  elseif event.event == "warning" then
    job.warnings[#job.warnings + 1] = event.message
  elseif event.event == "error" then
    job.error = (event.message .. " " .. event.remedy):gsub("%s+", " ")
  elseif event.event == "done" then
    job.done = event
  end
end

-- Take in what was told since the last call; return whether the run is over. Then `job.done` or `job.error` is there.
function link.poll(job)
  if job.over then return true end
  local code = tonumber((link.read(job.code) or ""):match("%d+"))
  local text = link.read(job.events) or ""
  for line, stop in text:sub(job.read + 1):gmatch("([^\n]*)\n()") do
    job.unread = stop
    local event = link.decode(line)
    if type(event) == "table" and event.event then take(job, event) end
  end
  if job.unread then
    job.read, job.unread = job.read + job.unread - 1, nil
  end
  if not code then return false end
  job.over = true
  if job.cancelled then
    job.error = "Cancelled."
  elseif job.newer then
    job.error = job.newer
  elseif not job.error and not SPOKEN[code] then
    local said = (link.read(job.said) or ""):gsub("\226[\148\149][\128-\191]", ""):gsub("%s+", " ") -- no frames
    job.error = "voiceover ended with " .. code .. ". " .. said
    if code == 127 or code == 9009 then
      job.error = "voiceover was not found: run `voiceover plugins install` again. " .. said
    end
  elseif not job.error and not job.done then
    job.error = "voiceover ended without saying that it was done. Try again."
  end
  if job.error then job.done = nil end
  return true
end

-- End a run: what was spoken is kept by voiceover, and no unfinished file is left.
function link.cancel(job)
  local process = not link.windows and link.read(job.process)
  if process and not job.cancelled then
    os.execute("kill -TERM " .. process:match("%d+") .. " 2>/dev/null")
    job.cancelled = true
  end
end

-- Wait a moment.
function link.rest()
  os.execute(link.windows and "ping -n 2 127.0.0.1 >nul" or "sleep 0.2")
end

-- Return a folder for files that nobody needs afterwards.
function link.scratch_folder()
  local name
  if link.windows then
    name = (os.getenv("TEMP") or ".") .. "\\voiceover-" .. os.time() .. "-" .. math.random(100000)
  else
    name = os.tmpname()
    os.remove(name)
  end
  link.make_folder(name)
  return name
end

-- Remove a folder that `scratch_folder` gave, and all in it.
function link.remove_folder(path)
  if path and #path > 4 then
    link.execute((link.windows and "rmdir /s /q " or "rm -rf ") .. link.quote(path))
  end
end

-- Read settings, one `name = value` a row; write the file with the usual ones if there is none.
function link.read_settings(path, usual)
  local found, rows = {}, {}
  for _, item in ipairs(usual) do
    found[item[1]] = item[2]
    rows[#rows + 1] = "# " .. item[3] .. "\n" .. item[1] .. " = " .. item[2] .. "\n"
  end
  local text = link.read(path)
  if not text then
    link.write(path, table.concat(rows))
    return found
  end
  for name, value in text:gmatch("([%w_]+)[ \t]*=[ \t]*([^\r\n]*)") do
    if found[name] ~= nil then found[name] = value:gsub("%s+$", "") end
  end
  return found
end

return link
