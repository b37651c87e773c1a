# CSV: rows longer and shorter than the header, repeated and empty column names, pipe and tab delimiters in .csv, decimal commas, backslash-escaped quotes, a comment line, a footer row, CR line ends, space-padded
w=lambda n,t,e='utf-8':open('docs/'+n,'w',encoding=e,newline='').write(t)
w('visits.csv','Patient,Ward,Date,Remark\r\nHolm,3B,2026-02-11,stable\r\nKjær,4A,2026-02-12,allergy to latex,call daughter 2281 first\r\nAune,3B\r\nDahl,5C,2026-02-14,"asks for ""soft"" food"\r\n')
w('readings.csv','Meter|Value|Value|\nM-301|1250,75|1263,10|sealed\nM-302|998,40|1001,05|\nM-303|77,00|79,90|seal broken on 4 March\n')
w('pets.csv','# export of 5 May 2026, clinic Elvegata\nName\tSpecies\tChip\nBamse\tdog\t578 0991\nPus\tcat\t578 1207\n','utf-8')
w('mac.csv','Bus;Stop;Leaves\r12;Havn;06:41\r12;Torget;06:52\r19;Kirken;07:15\r')
w('escaped.csv','id,quote,source\n1,"He said \\"no fish on Monday\\"",kitchen\n2,"Two lines\nof remark 88",office\n')
