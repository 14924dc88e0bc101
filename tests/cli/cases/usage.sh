# Everything that is wrong with a command line: status 2, a message, nothing on standard output.
try()
{
    expect_status 2 "$samestory" "$@"
}
exec 2>&1
try
try clustre x
try frobnicate
try cluster
try cluster --tresholds 0.4 x
try cluster --thresh 0.4 x
try cluster --threshold
try cluster --threshold 1.5 x
try cluster --threshold=nan x
try cluster --check=yes x
try cluster --memory 12Q x
try cluster --memory 99999999999999999999 x
try cluster --max-record 0 x
try cluster --max-record 7B x
try cluster -j many x
try cluster -Z x
try cluster --field text x
try cluster --field colour=red x
try cluster --preset nobody x
try cluster --relations copy x
try pairs --relations copy,twin x
try params extra
try filter --archive a.db --window 0s x
try nightly --archive a.db --keep 0d
try help nothing
try help --completion tcsh
