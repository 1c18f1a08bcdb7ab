-- A stand-in for Aegisub: as much of its API as the script uses. MACRO, LINES, SELECTED, USER and LOG are set by the test.
local macros, dialogs = {}, {}
aegisub = { progress = {}, dialog = {} }
function aegisub.register_macro(name, _, run, validate) macros[name] = { run = run, validate = validate } end
function aegisub.decode_path(path) return (path:gsub("^%?user", USER)) end
function aegisub.progress.task() end
function aegisub.progress.set(percent) assert(percent >= 0 and percent <= 100) end
function aegisub.progress.is_cancelled() return CANCEL == true end
function aegisub.cancel() error({ cancelled = true }) end
function aegisub.dialog.display(controls, buttons)
  dialogs[#dialogs + 1] = controls[1].label
  return buttons[#buttons]
end

function run_macro()
  local macro = macros[MACRO]
  assert(macro.validate(LINES, SELECTED))
  local fine, selected = pcall(macro.run, LINES, SELECTED)
  if not fine and type(selected) ~= "table" then error(selected, 0) end
  local file = io.open(LOG, "w")
  file:write(fine and table.concat(selected, ",") or "cancelled", "\n", table.concat(dialogs, "\n--\n"), "\n")
  file:close()
end
