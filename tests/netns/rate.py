# SPDX-License-Identifier: Apache-2.0
"""iperf3 -J | rate.py: the received rate in Gbit/s; UDP also the loss."""
import json
import sys

result = json.load(sys.stdin)
if "error" in result:
    sys.exit(result["error"])
end = result["end"]
if "sum_received" in end and not end.get("sum"):
    got = end["sum_received"]
    print("%.2f Gbit/s" % (got["bits_per_second"] / 1e9))
else:
    got = end["sum"]
    print("%.3f Gbit/s, %.2f %% lost"
          % (got["bits_per_second"] / 1e9, got["lost_percent"]))
if got["bytes"] == 0:
    sys.exit("nothing was transferred")
