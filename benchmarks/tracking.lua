-- Requests of one operation of the MLflow protocol, for wrk. What to send comes from the environment.
local operation = os.getenv("OPERATION")
local prefix = os.getenv("PREFIX") or ""
local size = tonumber(os.getenv("SIZE") or "1")
local runs = {}
for run in string.gmatch(os.getenv("RUNS") or "", "%S+") do runs[#runs + 1] = run end

local api = prefix .. "/api/2.0/mlflow/"
local headers = { ["Content-Type"] = "application/json" }
local count = 0
local thread_number = 0
local threads_made = 0

function setup(thread)
  thread:set("thread_number", threads_made)
  threads_made = threads_made + 1
end

local function post(path, body) return wrk.format("POST", api .. path, headers, body) end

local function metrics()
  local items = {}
  for index = 1, size do
    items[index] = string.format('{"key":"m%d","value":%f,"timestamp":%d,"step":%d}', index, count * 0.001,
      1690000000000 + count, count)
  end
  return table.concat(items, ",")
end

local operations = {
  create_run = function()
    return post("runs/create", '{"experiment_id":"0","user_id":"me","start_time":' .. (1690000000000 + count) ..
      ',"run_name":"r","tags":[{"key":"a","value":"b"}]}')
  end,
  log_batch = function(run) return post("runs/log-batch", '{"run_id":"' .. run .. '","metrics":[' .. metrics() .. "]}") end,
  log_param = function(run)
    return post("runs/log-parameter", '{"run_id":"' .. run .. '","key":"p' .. thread_number .. "_" .. count ..
      '","value":"v"}')
  end,
  set_tag = function(run) return post("runs/set-tag", '{"run_id":"' .. run .. '","key":"t","value":"' .. count .. '"}') end,
  log_metric = function(run)
    return post("runs/log-metric", '{"run_id":"' .. run .. '","key":"loss","value":' .. (1 / (count + 1)) ..
      ',"timestamp":' .. (1690000000000 + count) .. ',"step":' .. count .. "}")
  end,
  get_run = function(run) return wrk.format("GET", api .. "runs/get?run_id=" .. run) end,
  search = function() return post("runs/search", os.getenv("BODY")) end,
  history = function(run) return wrk.format("GET", api .. "metrics/get-history?metric_key=m&run_id=" .. run) end,
  create_version = function()
    return post("model-versions/create", '{"name":"bench","source":"s3://bucket/model","description":"d"}')
  end,
  search_versions = function()
    return wrk.format("GET", api .. "model-versions/search?max_results=100&filter=name%3D%27bench%27")
  end,
  get_by_alias = function() return wrk.format("GET", api .. "registered-models/alias?name=bench&alias=prod") end,
}

-- Of ten requests: four single metrics, two batches of 20, one new run, one tag, two runs read.
local mix = { "log_metric", "log_batch", "get_run", "log_metric", "create_run", "log_metric", "log_batch", "set_tag",
  "get_run", "log_metric" }
operations.mixed = function(run)
  size = 20
  return operations[mix[count % #mix + 1]](run)
end

function request()
  count = count + 1
  local run = runs[(count + thread_number) % math.max(#runs, 1) + 1]
  return operations[operation](run)
end

function done(summary, latency)
  io.write(string.format("RESULT %f %d %f %f\n", summary.requests / (summary.duration / 1e6),
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
